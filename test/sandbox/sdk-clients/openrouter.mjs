// OpenRouter's own client, which is an ES module: run apart, since jest loads CommonJS.
import { OpenRouter } from '@openrouter/sdk';

const [serverURL, apiKey, controlUrl] = process.argv.slice(2);
const client = new OpenRouter({ serverURL, apiKey, retryConfig: { strategy: 'none' } });
const videos = client.videoGeneration;
const told = { states: [], problems: [] };

const headers = { 'content-type': 'application/json' };
const wait = async () => await fetch(`${controlUrl}/clock`, { method: 'POST', headers, body: '{"advance": 20000}' });

async function generate(request) {
	return await videos.generate({ videoGenerationRequest: request });
}

told.models = (await videos.listVideosModels()).data.map(({ id, supportedDurations }) => ({ id, supportedDurations }));
const job = await generate({
	model: 'google/veo-3.1',
	prompt: 'a cat',
	duration: 8,
	resolution: '720p',
	aspectRatio: '16:9',
	generateAudio: false,
	frameImages: [{ type: 'image_url', imageUrl: { url: 'https://example.com/a.png' }, frameType: 'first_frame' }],
});
told.created = job;
for (let asks = 0; asks < 10 && told.states.at(-1) !== 'completed'; asks += 1) {
	told.job = await videos.getGeneration({ jobId: job.id });
	told.states.push(told.job.status);
	await wait();
}
const stream = await videos.getVideoContent({ jobId: job.id, index: 0 });
told.video = Buffer.from(await new Response(stream).arrayBuffer()).toString('base64');

const failing = await generate({ model: 'google/veo-3.1', prompt: '[sandbox fail=moderation]' });
for (let waits = 0; waits < 3; waits += 1) await wait();
told.failed = await videos.getGeneration({ jobId: failing.id });

const wrong = [
	() => generate({ model: 'a/b', prompt: 'a cat' }),
	() => generate({ model: 'google/veo-3.1', prompt: '[sandbox create=403credits]' }),
	() => generate({ model: 'google/veo-3.1', prompt: '[sandbox create=429]' }),
	() => videos.getGeneration({ jobId: 'nothing' }),
	() => new OpenRouter({ serverURL, apiKey: 'wrong' }).videoGeneration.getGeneration({ jobId: job.id }),
];
for (const call of wrong) {
	try {
		await call();
		told.problems.push('none');
	} catch (error) {
		told.problems.push(error.constructor.name);
	}
}
console.log(JSON.stringify(told));
