import { signatureOf, standardSigner, waveSpeedSigner } from './webhookSignature';

// Vectors that the owners publish: the specification of Standard Webhooks, OpenAI's client, WaveSpeed's page.

const waveSpeedBody = '{"id":"45b392b22c3b449fa935bd4dc","model":"wavespeed-ai/flux-dev","outputs":["https://d2p7pge43lyniu.cloudfront.net/output/18058184-5df8-4d05-9e1b-7ad84c8b963e-u1_9bfd4537-e541-4ad0-a0f6-4812b11a37f1.jpeg"],"urls":{"get":"https://api.wavespeed.ai/api/v3/predictions/45b392b22c3b449fa935bd4dc2219dfe/result"},"has_nsfw_contents":[false],"status":"completed","created_at":"2025-09-25T09:12:48.239112031Z","error":"","executionTime":6710,"timings":{"inference":6710}}';
const waveSpeedSecret = 'whsec_e9EE3BdyXSxcB4ZyZUKjQUEoQX4sF9P1+eMpb/KluCM=';

const vectors = [
	{
		of: 'Standard Webhooks',
		signer: standardSigner('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'),
		id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
		timestamp: '1614265330',
		content: '{"test": 2432232314}',
		signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
	},
	{
		of: 'OpenAI',
		signer: standardSigner('whsec_RdvaYFYUXuIFuEbvZHwMfYFhUf7aMYjYcmM24+Aj40c='),
		id: 'wh_685c059ae39c8190af8c71ed1022a24d',
		timestamp: '1750861210',
		content: '{"id": "evt_685c059ae3a481909bdc86819b066fb6", "object": "event", "created_at": 1750861210, "type": "response.completed", "data": {"id": "resp_123"}}',
		signature: 'v1,gUAg4R2hWouRZqRQG4uJypNS8YK885G838+EHb4nKBY=',
	},
	{
		of: 'WaveSpeed, in its examples for Python and JavaScript',
		signer: waveSpeedSigner(waveSpeedSecret),
		id: '45b392b22c3b449fa935bd4dc',
		timestamp: '1758798328',
		content: waveSpeedBody,
		signature: 'v3,424a292e812c06273bc4efd6b451010a5f046454ae15e6a7c0834428ca76255d',
	},
	{
		of: 'WaveSpeed, in its example for Go',
		signer: waveSpeedSigner(waveSpeedSecret),
		id: '45b392b22c3b449fa935bd4dc',
		timestamp: '1758802746',
		content: waveSpeedBody,
		signature: 'v3,cf2866ec96051d73399f0b8627ea7bafd7dbac73725f80b855383a9b64f0c7d8',
	},
];

it.each(vectors)('signs as $of does', ({ signer, id, timestamp, content, signature }) => {
	expect(signatureOf(signer, id, timestamp, content)).toBe(signature);
	expect(signatureOf(signer, id, timestamp, `${content} `)).not.toBe(signature);
	expect(signatureOf(signer, `${id}x`, timestamp, content)).not.toBe(signature);
});
