import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startSandbox, type Sandbox } from './index';
import { readMp4 } from './testClient';

// Google's own client, unchanged but for base URL and key.

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox({ speed: 0 });
});
afterAll(async () => await sandbox.stop());

it('makes a video, downloads it, cancels, lists, and knows every answer of the sandbox', async () => {
	const script = join(__dirname, 'sdk-clients/gemini.mjs');
	const args = [script, sandbox.baseUrls.gemini, sandbox.apiKeys.gemini, `${sandbox.url}/control`, join(__dirname, 'media/1280x720.jpg')];
	const env = { ...process.env, NO_PROXY: '127.0.0.1,localhost' };
	const { stdout } = await promisify(execFile)(process.execPath, args, { env, maxBuffer: 10_000_000 });
	const told: Record<string, unknown> = Object(JSON.parse(stdout));
	const [job] = sandbox.jobs;
	expect(told.created).toMatchObject({ id: job?.id, status: 'queued', model: 'gemini-omni-1.1-flash' });
	expect(told.states).toEqual(['queued', 'in_progress', 'in_progress', 'completed']);
	expect(told.job).toMatchObject({ id: job?.id, status: 'completed', output_video: { type: 'video', mime_type: 'video/mp4', uri: expect.stringContaining('alt=media') } });
	expect(told.cancelled).toMatchObject({ status: 'cancelled' });
	expect(told.names).toEqual(expect.arrayContaining(['models/gemini-omni-1.1-flash', 'models/gemini-omni-1.2-flash']));
	expect(told.problems).toEqual([
		expect.stringContaining('Invalid interaction name'),
		expect.stringContaining('API key not valid'),
		expect.stringContaining('Invalid duration 99s'),
		expect.stringContaining('no longer available'),
	]);
	const video = Buffer.from(String(told.video), 'base64');
	expect((await readMp4(new Uint8Array(video).buffer)).videoTracks).toMatchObject([{ video: { width: 1280, height: 720 } }]);
	expect(sandbox.leaks).toEqual([]);
});
