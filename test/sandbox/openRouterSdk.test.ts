import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startSandbox, type Sandbox } from './index';
import { readMp4 } from './testClient';

// OpenRouter's own client, unchanged but for base URL and key.

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox({ speed: 0 });
});
afterAll(async () => await sandbox.stop());

it('makes a video, downloads it, and knows every answer of the sandbox', async () => {
	const script = join(__dirname, 'sdk-clients/openrouter.mjs');
	const args = [script, sandbox.baseUrls.openRouter, sandbox.apiKeys.openRouter, `${sandbox.url}/control`];
	const env = { ...process.env, NO_PROXY: '127.0.0.1,localhost' };
	const { stdout } = await promisify(execFile)(process.execPath, args, { env, maxBuffer: 10_000_000 });
	const told: Record<string, unknown> = Object(JSON.parse(stdout));
	const [job] = sandbox.jobs;
	expect(told.models).toEqual(expect.arrayContaining([{ id: 'google/veo-3.1', supportedDurations: [4, 6, 8] }]));
	expect(told.created).toEqual({ id: job?.id, pollingUrl: `${sandbox.baseUrls.openRouter}/videos/${job?.id}`, status: 'pending' });
	expect(told.states).toEqual(['pending', 'in_progress', 'in_progress', 'completed']);
	expect(told.job).toMatchObject({ generationId: expect.any(String), unsignedUrls: [expect.any(String)], usage: { cost: 1.6, isByok: false } });
	expect(told.failed).toMatchObject({ status: 'failed', error: expect.stringContaining('content policy') });
	expect(told.problems).toEqual([
		'NotFoundResponseError',
		'PaymentRequiredResponseError',
		'TooManyRequestsResponseError',
		'NotFoundResponseError',
		'UnauthorizedResponseError',
	]);
	const video = Buffer.from(String(told.video), 'base64');
	expect((await readMp4(new Uint8Array(video).buffer)).videoTracks).toMatchObject([{ video: { width: 1280, height: 720 } }]);
	expect(job?.body).toMatchObject({ frame_images: [{ frame_type: 'first_frame' }], generate_audio: false });
	expect(sandbox.leaks).toEqual([]);
});
