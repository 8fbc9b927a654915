import { signatureOf, standardSigner, waveSpeedSigner } from './webhookSignature';

// Vectors that the owners publish: the specification of Standard Webhooks and OpenAI's client. The examples of
// WaveSpeed's page were edited after they were signed, and its own functions refuse them: its vector is computed
// from the page's rule.

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
		of: 'WaveSpeed',
		signer: waveSpeedSigner('whsec_0123456789abcdef'),
		id: 'evt_1',
		timestamp: '1790000000',
		content: '{"type":"video.generation.completed","data":{"id":"job-abc123","status":"completed"}}',
		signature: 'v3,0fd4808e8939e423bfb9274d40535e9bbe31a1fc1ceccbaad73f071ecd42bc1f',
	},
];

it.each(vectors)('signs as $of does', ({ signer, id, timestamp, content, signature }) => {
	expect(signatureOf(signer, id, timestamp, content)).toBe(signature);
	expect(signatureOf(signer, id, timestamp, `${content} `)).not.toBe(signature);
	expect(signatureOf(signer, `${id}x`, timestamp, content)).not.toBe(signature);
});
