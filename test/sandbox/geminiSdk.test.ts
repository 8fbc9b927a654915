import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GoogleGenAI } from '@google/genai';
import { startSandbox, type Sandbox } from './index';
import { readMp4 } from './testClient';

// Google's own client, unchanged but for base URL and key.

let sandbox: Sandbox;
let google: GoogleGenAI;

beforeAll(async () => {
	sandbox = await startSandbox({ speed: 0 });
	google = clientWith(sandbox.apiKeys.gemini);
});
beforeEach(() => sandbox.reset());
afterAll(async () => await sandbox.stop());

function clientWith(apiKey: string): GoogleGenAI {
	return new GoogleGenAI({ apiKey, httpOptions: { baseUrl: sandbox.baseUrls.gemini, retryOptions: { attempts: 1 } } });
}

const model = 'gemini-omni-1.1-flash';
const response_format = { type: 'video' as const, delivery: 'uri', duration: '8s', aspect_ratio: '16:9', resolution: '720p' };

it('makes a video from a picture, asks for it and downloads it', async () => {
	const data = readFileSync(join(__dirname, 'media/1280x720.jpg')).toString('base64');
	const input = [{ type: 'image' as const, data, mime_type: 'image/jpeg' }, { type: 'text' as const, text: 'a cat' }];
	const created = await google.interactions.create({ model, input, background: true, response_format, generation_config: { video_config: { task: 'image_to_video' } } });
	expect(created).toMatchObject({ status: 'queued', model });
	sandbox.clock.advance(60_000);
	const done = await google.interactions.get(created.id);
	expect(done).toMatchObject({ id: created.id, status: 'completed', output_video: { type: 'video', mime_type: 'video/mp4' } });
	const uri = done.output_video?.uri ?? '';
	const folder = mkdtempSync(join(tmpdir(), 'gemini-'));
	try {
		const downloadPath = join(folder, 'video.mp4');
		await google.files.download({ file: { uri, name: /files\/\w+/.exec(uri)?.[0] }, downloadPath });
		expect((await readMp4(new Uint8Array(readFileSync(downloadPath)).buffer)).videoTracks).toHaveLength(1);
	} finally {
		rmSync(folder, { recursive: true });
	}
	expect(sandbox.leaks).toEqual([]);
});

it('cancels and deletes', async () => {
	const { id } = await google.interactions.create({ model, input: 'a cat', background: true, response_format });
	expect(await google.interactions.cancel(id)).toMatchObject({ id, status: 'cancelled' });
	await google.interactions.delete(id);
	await expect(google.interactions.get(id)).rejects.toThrow(/Invalid interaction name/);
});

it('lists models, and tells refusals', async () => {
	const names: Array<string | undefined> = [];
	for await (const each of await google.models.list({ config: { pageSize: 2 } })) names.push(each.name);
	expect(names).toContain(`models/${model}`);
	await expect(clientWith('wrong').models.list()).rejects.toThrow(/API key not valid/);
	await expect(google.interactions.create({ model, input: 'a', background: true, response_format: { ...response_format, duration: '99s' } })).rejects.toThrow(/Invalid duration 99s/);
	await expect(google.models.generateVideos({ model: 'veo-3.1-generate-preview', prompt: 'a cat' })).rejects.toThrow(/no longer available/);
});
