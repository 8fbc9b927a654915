import { provesBody } from '../../nodes/SoraVideo/callbacks/genuine/checkSignature';
import { isGenuine } from '../../nodes/SoraVideo/callbacks/genuine/isGenuine';
import { findProvider } from '../../nodes/SoraVideo/providers';
import { startSandbox, type Sandbox } from '../sandbox';
import { openReceiver, type Receiver } from '../sandbox/receiver';
import { itemsOf, only, promptFromItem, providerCases, runSoraVideo } from './setup';

// The schemes of the providers' files, against callbacks that the sandbox signs as their documents say.

let sandbox: Sandbox;
let receiver: Receiver;
beforeAll(async () => {
	sandbox = await startSandbox({ jobSeconds: 60, speed: 0 });
	receiver = await openReceiver('hooks.example.net');
});
beforeEach(() => {
	sandbox.reset();
	receiver.serve(sandbox);
});
afterAll(async () => {
	await receiver.close();
	await sandbox.stop();
});

const url = 'https://hooks.example.net/webhook/1';

it.each(['kie', 'openAi', 'openRouter', 'replicate', 'waveSpeed'] as const)('%s: a callback is genuine with its secret, whole and in time', async (name) => {
	const provider = findProvider(name);
	const secret = sandbox.webhookSecrets[name];
	if (!provider?.callbacks) throw new Error('no callbacks');
	sandbox.settings.openAiWebhook = { url, secret: sandbox.webhookSecrets.openAi };
	const providerCase = only(providerCases.filter((each) => each.provider === name));
	const parameters = { ...promptFromItem(providerCase), ...(provider.callbacks.checkUrl && { callbackUrl: url }) };
	await runSoraVideo(sandbox, { provider: name, operation: 'create', parameters, items: itemsOf([{ prompt: 'Sea' }]) });
	const { id } = only(sandbox.jobs);
	sandbox.clock.advance(60_000);
	const { headers, raw, body } = only(await receiver.next());
	expect(provider.callbacks.read(body)).toMatchObject({ jobId: id, status: 'completed' });
	const { scheme } = provider.callbacks;
	const check = (sent: object = {}, trust: object = {}, later = 0) =>
		isGenuine(scheme, { secret, publicKeys: [], ...trust }, { headers, body: Buffer.from(raw), jobId: id, ...sent }, Date.now() / 1000 + later);
	expect(check()).toBe(true);
	// Kie's signature is of the job and the time alone.
	expect(check({ body: Buffer.from(`${raw} `) })).toBe(!provesBody(scheme, false));
	expect(check({ jobId: 'another', body: Buffer.from(`${raw} `) })).toBe(false);
	expect(check({}, { secret: 'another' })).toBe(false);
	expect(check({}, {}, 400)).toBe(false);
	expect(check({ headers: {} })).toBe(false);
});
