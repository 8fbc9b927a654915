import { createsOf, jsonsOf, only, model, runSoraVideo, withSandbox } from './setup';

const names = ['__proto__', 'constructor', 'prototype'];

it.each(names)('a video is not made for a field named %s', async (binaryPropertyName) => {
	await withSandbox(async (sandbox) => {
		const { error, outputs } = await runSoraVideo(sandbox, {
			provider: 'evoLink',
			operation: 'createAndWait',
			parameters: { model: model('sora-2-preview'), prompt: 'Sea', downloadVideo: true, binaryPropertyName },
			settings: { onError: 'continueRegularOutput' },
		});
		expect(error).toBeUndefined();
		expect(outputs[1]?.[0]?.json.failure).toMatchObject({
			category: 'invalidInput',
			message: `Nothing was sent to EvoLink, because no video can be put into a field named ${binaryPropertyName}: choose another name in Put Output File in Field, for example data.`,
		});
		expect(createsOf(sandbox)).toEqual([]);
	});
});

it.each(names)('one that there is is not put into a field named %s, and keeps its id', async (binaryPropertyName) => {
	await withSandbox(async (sandbox) => {
		const created = await runSoraVideo(sandbox, { provider: 'evoLink', operation: 'create', parameters: { model: model('sora-2-preview'), prompt: 'Sea' } });
		const { id } = only(jsonsOf(created).flat());
		sandbox.clock.advance(60_000);
		const { outputs } = await runSoraVideo(sandbox, {
			provider: 'evoLink',
			operation: 'download',
			parameters: { jobId: id, binaryPropertyName },
			settings: { onError: 'continueRegularOutput' },
		});
		const item = only(outputs.flat());
		expect(item.json).toMatchObject({ id, failure: { category: 'invalidInput' } });
		expect(item.binary).toBeUndefined();
		expect(sandbox.requests.filter(({ path }) => path.endsWith('.mp4'))).toEqual([]);
	});
});

it.each([
	['Additional Body', (poison: object) => ({ options: { additionalBody: JSON.stringify(poison) } })],
	['Model Fields', (poison: object) => ({ modelFields: { mappingMode: 'defineBelow', value: poison } })],
])('names like a prototype in %s change no object of n8n, and no other field of the request', async (_field, parametersOf) => {
	const poison: unknown = JSON.parse('{"__proto__":{"polluted":1,"prompt":"Land"},"constructor":{"prototype":{"polluted":1}},"prototype":{"polluted":1}}');
	await withSandbox(async (sandbox) => {
		sandbox.settings.evoLinkUnknownFields = 'ignore';
		const parameters = { model: model('sora-2-preview'), prompt: 'Sea', ...parametersOf(Object(poison)) };
		const run = await runSoraVideo(sandbox, { provider: 'evoLink', operation: 'create', parameters, settings: { onError: 'continueRegularOutput' } });
		expect(run.outputs.flat()).toHaveLength(1);
		for (const { body } of createsOf(sandbox)) expect(body).toMatchObject({ prompt: 'Sea' });
		for (const target of [{}, [], () => undefined]) expect(Reflect.get(target, 'polluted')).toBeUndefined();
	});
});
