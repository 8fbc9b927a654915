import { rm } from 'node:fs/promises';

import type { IBinaryData, IDataObject, INodeExecutionData } from 'n8n-workflow';
import sharp from 'sharp';

import { startSandbox, type Sandbox } from '../sandbox';
import { readBinary, runNode } from './harness';
import { tinyNode } from './harness/tinyNodes';
import { createJobs, createsOf, expectSentence, inputsOf, itemsOf, messageOf, model, only, promptFromItem, providerCases, runSoraVideo } from './setup';

// What expressions and hand-written workflows give in the place of a text, a number or a choice. What is
// obviously meant is taken; everything else is told, quoted, before anything is sent.

const evoLink = only(providerCases.filter(({ provider }) => provider === 'evoLink'));

let sandbox: Sandbox;
let jpeg: Buffer;
beforeAll(async () => {
	sandbox = await startSandbox({ jobSeconds: 0.1 });
	jpeg = await sharp({ create: { width: 1280, height: 720, channels: 3, background: 'teal' } }).jpeg().toBuffer();
});
beforeEach(() => sandbox.reset());
afterAll(async () => await sandbox.stop());

/** Creates (and waits) with one parameter, or option, given by an expression. */
async function withValue(name: string, expression: string, more: IDataObject = {}, operation = 'createAndWait') {
	const [parent, option] = name.split('.');
	const given = option === undefined ? { [name]: `={{ ${expression} }}` } : { [parent ?? '']: { [option]: `={{ ${expression} }}` } };
	return await runSoraVideo(sandbox, {
		provider: 'evoLink',
		operation,
		parameters: { model: model('sora-2-preview'), prompt: 'Sea', ...more, ...given },
	});
}

describe('a value that is none is quoted, and nothing sent', () => {
	const download = { downloadVideo: true };
	const byUrl = { imageSource: 'url' };

	it.each<[name: string, expression: string, said: string, more?: IDataObject, operation?: string]>([
		['prompt', '({ text: "a boat" })', 'Prompt is {"text":"a boat"}: give text'],
		['prompt', '12n', 'Prompt is 12: give text'],
		['prompt', '["a boat"]', 'Prompt is ["a boat"]: give text'],
		['imageSource', 'true', 'Image Source is true: give "none" or "url" or "binary"', { imageUrl: 'https://example.com/a.png' }],
		['imageSource', '"link"', 'Image Source is "link": give', { imageUrl: 'https://example.com/a.png' }],
		['imageUrl', '({ href: "x" })', 'Image URL is {"href":"x"}: give text', byUrl],
		['imageUrl', '["https://example.com/a.png"]', 'Image URL is ["https://example.com/a.png"]: give text', byUrl],
		['imageUrl', '"https://example.com/a b.png"', 'the image URL "https://example.com/a b.png" has a blank in it: take it out', byUrl],
		['imageBinaryProperty', '7 > 6', 'Input Binary Field is true: give the name of a binary field', { imageSource: 'binary' }],
		['imageBinaryProperty', '$json.nothing', 'Input Binary Field is empty: give the name of a binary field', { imageSource: 'binary' }],
		['duration', '"8x"', 'not 8x'],
		['duration', '0', 'not 0'],
		['duration', '[8]', 'Duration is [8]: give text'],
		['timeout', '0', 'Timeout is 0: give a number of seconds, 1 to 86400'],
		['timeout', '"an hour"', 'Timeout is "an hour": give'],
		['timeout', '86401', 'Timeout is 86401: give'],
		['timeout', '$json.nothing', 'Timeout is empty: give'],
		['downloadVideo', '"perhaps"', 'Download Video is "perhaps": give true or false'],
		['binaryPropertyName', '$json.nothing', 'Put Output File in Field is empty: give the name of a binary field', download],
		['binaryPropertyName', '["data"]', 'Put Output File in Field is ["data"]: give', download],
		['binaryPropertyName', '"__proto__"', 'no video can be put into a field named __proto__: choose another name', download],
		['options.batchSize', '0', 'Batch Size is 0: give a whole number, 1 or more'],
		['options.batchSize', '"many"', 'Batch Size is "many": give'],
		['options.batchSize', '$("Nobody").item.json.x', "Batch Size can't be read"],
		['options.maxFileSize', '0', 'Max File Size is 0: give a number of megabytes, 0.001 or more', download],
		['options.maxFileSize', '"2 GB"', 'Max File Size is "2 GB": give', download],
		['options.includeRaw', '"raw"', 'Include Raw Response is "raw": give true or false'],
		['options.resendUnknown', '2', 'Resend If Outcome Unknown is 2: give true or false'],
		['options.imageCheck', '"lenient"', 'Image Check is "lenient": give "strict" or "off"'],
		['options.additionalBody', '7', 'Additional Body is 7: give a JSON object'],
		['waitUsing', '"webhook"', 'Wait Using is "webhook": give "polling" or "suspend"'],
		['waitUsing', 'true', 'Wait Using is true: give'],
		['callbackUrl', '({})', 'Callback URL is {}: give text', {}, 'create'],
		['options.correlation', '[1, 2]', 'Correlation is [1,2]: give text', { callbackUrl: 'https://n8n.example.com/webhook/1' }, 'create'],
	])('%s: %s', async (name, expression, said, more = {}, operation = 'createAndWait') => {
		const run = await withValue(name, expression, more, operation);
		expect(run.status).toBe('error');
		expectSentence(run.error?.message, 'Nothing was sent to EvoLink, because', said);
		// One thing that is wrong is told once.
		expect(String(run.error?.message).replaceAll(/\([^()]*\)/g, '').split('; and ')).toHaveLength(1);
		expect(sandbox.requests).toEqual([]);
	});

	it.each(['waitForCompletion', 'download', 'getStatus'])('%s: Job ID', async (operation) => {
		for (const [expression, said] of [
			['({ id: 1 })', 'Job ID is {"id":1}: give the "id" that Create gave'],
			['true', 'Job ID is true: give'],
			['4326796003218200779', 'Job ID is 4326796003218200600: give it as text'],
		]) {
			const run = await runSoraVideo(sandbox, { provider: 'evoLink', operation, parameters: { jobId: `={{ ${expression} }}` } });
			expect(run.status).toBe('error');
			expectSentence(run.error?.message, 'Nothing was sent to EvoLink', said ?? '');
		}
		expect(sandbox.requests).toEqual([]);
	});

	it('all that is wrong with an item stands in one sentence, and the others go on', async () => {
		const run = await runSoraVideo(sandbox, {
			provider: 'evoLink',
			operation: 'createAndWait',
			parameters: { ...promptFromItem(evoLink), timeout: '={{ $json.timeout }}', downloadVideo: '={{ $json.download }}', duration: '={{ $json.seconds }}' },
			items: itemsOf([
				{ prompt: 'Sea', timeout: 60, download: false, seconds: 8 },
				{ prompt: { text: 'Moor' }, timeout: 0, download: 'perhaps', seconds: 9 },
				{ prompt: 'Hill', timeout: '60s', download: 'FALSE', seconds: ' 8 s ' },
			]),
			settings: { onError: 'continueRegularOutput' },
		});
		expect(inputsOf(run)).toEqual([[0, 2], [1], []]);
		expectSentence(messageOf(only(run.outputs[1])), 'Prompt is {"text":"Moor"}', 'Timeout is 0', 'Download Video is "perhaps"', 'not 9');
	});

	it('a wrong Batch Size is told by each item, with On Error set to continue', async () => {
		const run = await runSoraVideo(sandbox, {
			provider: 'evoLink',
			operation: 'createAndWait',
			parameters: { ...promptFromItem(evoLink), options: { batchSize: 0 } },
			items: itemsOf([{ prompt: 'Sea' }, { prompt: 'Moor' }]),
			settings: { onError: 'continueRegularOutput' },
		});
		expect(inputsOf(run)).toEqual([[], [0, 1], []]);
		for (const item of run.outputs[1] ?? []) expectSentence(messageOf(item), 'Nothing was sent to EvoLink, because Batch Size is 0');
		expect(sandbox.requests).toEqual([]);
	});
});

describe('what is obviously meant is taken', () => {
	it.each<[string, string, IDataObject?]>([
		['timeout', '"60s"'],
		['timeout', '" 60 seconds "'],
		['options.batchSize', '"5"'],
		['options.includeRaw', '"false"'],
		['options.imageCheck', '"OFF"'],
		['duration', '"8s"'],
		['aspectRatio', '" 16:9 "'],
	])('%s: %s', async (name, expression, more = {}) => {
		const run = await withValue(name, expression, more);
		expect(run.error?.message).toBeUndefined();
		expect(inputsOf(run)).toEqual([[0], [], []]);
	});

	it('Download Video "true" is downloaded, below "500 MB", into the field that the item names', async () => {
		const run = await withValue('downloadVideo', '"true"', { binaryPropertyName: '={{ " clip " }}', options: { maxFileSize: '={{ "500 MB" }}' } });
		expect(Object.keys(only(run.outputs[0]).binary ?? {})).toEqual(['clip']);
	});

	it.each(['"Suspend"', '" suspended execution "'])('Wait Using %s suspends', async (expression) => {
		const { run } = await withValue('waitUsing', expression);
		expect(run.status).toBe('waiting');
		sandbox.clock.advance(1000);
		const ended = await run.resumeByDate();
		expect(ended.outputs('Node')[0]).toHaveLength(1);
	});

	it('Image Source "URL", and blanks around a link', async () => {
		const imageUrl = sandbox.imageUrl('1280x720');
		const run = await withValue('imageSource', '"URL"', { imageUrl: ` ${imageUrl}\n` });
		expect(run.error?.message).toBeUndefined();
		expect(only(createsOf(sandbox)).body).toMatchObject({ image_urls: [imageUrl] });
	});

	it('a Callback URL with blanks around it', async () => {
		const run = await withValue('callbackUrl', '"  https://n8n.example.com/webhook/1/callback\\n"', {}, 'create');
		expect(run.error?.message).toBeUndefined();
		expect(only(createsOf(sandbox)).body).toMatchObject({ callback_url: expect.stringMatching(/^https:\/\/n8n\.example\.com\/webhook\/1\/callback\?/) });
	});
});

describe('a picture', () => {
	const parameters = { model: model('sora-2-preview'), prompt: 'Sea', aspectRatio: '16:9', imageSource: 'binary' };
	const create = { provider: 'evoLink', operation: 'create' };
	const pic = (): IBinaryData => ({ data: jpeg.toString('base64'), mimeType: 'image/jpeg', fileName: 'a.jpg' });

	async function expectSent(): Promise<void> {
		const [link] = Object(only(createsOf(sandbox)).body).image_urls;
		expect(jpeg.equals(Buffer.from(await (await fetch(String(link))).arrayBuffer()))).toBe(true);
	}

	it('by an expression that gives the file itself', async () => {
		const [item] = await stored();
		const run = await runSoraVideo(sandbox, {
			...create,
			parameters: { ...parameters, imageBinaryProperty: '={{ $binary.pic }}' },
			items: [{ json: {}, binary: { pic: item?.binary?.data ?? pic() } }],
		});
		expect(run.error?.message).toBeUndefined();
		await expectSent();
	});

	// n8n leaves the content out of what an expression gives, and only stored files have an id as well.
	it('by an expression, of a file that n8n keeps in memory: its name is asked for', async () => {
		const run = await runSoraVideo(sandbox, {
			...create,
			parameters: { ...parameters, imageBinaryProperty: '={{ $binary.pic }}' },
			items: [{ json: {}, binary: { pic: pic() } }],
		});
		expectSentence(run.error?.message, 'Input Binary Field is {"mimeType":"image/jpeg"', 'give the name of a binary field');
		expect(sandbox.requests).toEqual([]);
	});

	it('by its path, where the workflow keeps files in the JSON', async () => {
		const run = await runSoraVideo(sandbox, {
			...create,
			parameters: { ...parameters, imageBinaryProperty: 'files.pic' },
			items: [{ json: { files: { pic: { ...pic() } } } }],
			settings: { settings: { binaryMode: 'combined' } },
		});
		expect(run.error?.message).toBeUndefined();
		await expectSent();
	});

	it.each(['data:image/jpeg;base64,', 'data:;base64,'])('as a data URL with line breaks: %s', async (start) => {
		const lines = jpeg.toString('base64').replace(/.{76}/g, '$&\r\n');
		const run = await runSoraVideo(sandbox, {
			...create,
			parameters: { ...parameters, imageSource: 'url', imageUrl: `${start}${lines}\n` },
		});
		expect(run.error?.message).toBeUndefined();
		await expectSent();
	});

	it.each([
		['strict', ['', '.metadata']],
		['off', ['', '.metadata']],
		['off', ['']],
	])('that n8n has deleted is told before anything is sent (Image Check %s, without %j)', async (imageCheck, endings) => {
		const items = await stored();
		const path = await pathOf(items[0]?.binary?.data?.id);
		for (const ending of endings) await rm(`${path}${ending}`);
		const run = await runSoraVideo(sandbox, { ...create, parameters: { ...parameters, options: { imageCheck } }, items });
		expect(run.status).toBe('error');
		expectSentence(run.error?.message, "the image can't be read from n8n's store (", 'n8n deletes files of old executions');
		expect(sandbox.requests).toEqual([]);
	});
});

/** An item with the picture in n8n's store. */
async function stored(): Promise<INodeExecutionData[]> {
	const storing = tinyNode(async function () {
		return [[{ json: {}, binary: { data: await this.helpers.prepareBinaryData(jpeg, 'a.jpg', 'image/jpeg') } }]];
	});
	const items = only((await runNode(storing)).outputs);
	expect(jpeg.equals(await readBinary(items[0]))).toBe(true);
	return items;
}

/** Where n8n's store keeps a file on the disk. */
async function pathOf(id: string | undefined): Promise<string> {
	let path = '';
	await runNode(
		tinyNode(async function () {
			path = this.helpers.getBinaryPath(id ?? '');
			return await Promise.resolve([[]]);
		}),
	);
	return path;
}

it('a running job is not waited for with a wrong Timeout, and is named', async () => {
	const [id = ''] = await createJobs(sandbox, evoLink, ['[sandbox slow]']);
	const before = sandbox.requests.length;
	const run = await runSoraVideo(sandbox, { provider: 'evoLink', operation: 'waitForCompletion', parameters: { jobId: id, timeout: '={{ 0 }}' } });
	expectSentence(run.error?.message, `EvoLink was not asked for job ${id}, because Timeout is 0`);
	expect(sandbox.requests).toHaveLength(before);
});
