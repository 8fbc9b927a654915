// Google's own client, run apart: it looks for its HTTP agent where jest's globals have none.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GoogleGenAI } from '@google/genai';

const [baseUrl, apiKey, controlUrl, picture] = process.argv.slice(2);
const clientWith = (key) => new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl } });
const google = clientWith(apiKey);
const told = { states: [], names: [], problems: [] };

const wait = async () => await fetch(`${controlUrl}/clock`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"advance": 20000}' });
const model = 'gemini-omni-1.1-flash';
const response_format = { type: 'video', delivery: 'uri', duration: '8s', aspect_ratio: '16:9', resolution: '720p' };
const order = { model, input: 'a cat', background: true, response_format };

const image = { type: 'image', data: readFileSync(picture).toString('base64'), mime_type: 'image/jpeg' };
const task = { generation_config: { video_config: { task: 'image_to_video' } } };
told.created = await google.interactions.create({ ...order, ...task, input: [image, { type: 'text', text: 'a cat' }] });
for (let asks = 0; asks < 10 && told.states.at(-1) !== 'completed'; asks += 1) {
	told.job = await google.interactions.get(told.created.id);
	told.states.push(told.job.status);
	await wait();
}

const folder = mkdtempSync(join(tmpdir(), 'gemini-'));
const downloadPath = join(folder, 'video.mp4');
await google.files.download({ file: /files\/\w+/.exec(told.job.output_video.uri)[0], downloadPath });
told.video = readFileSync(downloadPath).toString('base64');
rmSync(folder, { recursive: true });

const second = await google.interactions.create(order);
told.cancelled = await google.interactions.cancel(second.id);
await google.interactions.delete(second.id);
for await (const { name } of await google.models.list({ config: { pageSize: 2 } })) told.names.push(name);

const wrong = [
	() => google.interactions.get(second.id),
	() => clientWith('wrong').models.list(),
	() => google.interactions.create({ ...order, response_format: { ...response_format, duration: '99s' } }),
	() => google.models.generateVideos({ model: 'veo-3.1-generate-preview', prompt: 'a cat' }),
];
for (const call of wrong) told.problems.push(await call().then(() => 'none', (error) => error.message));
console.log(JSON.stringify(told));
