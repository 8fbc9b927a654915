import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { IBinaryData, IDataObject } from 'n8n-workflow';
import sharp from 'sharp';

import { findProvider } from '../../nodes/SoraVideo/providers';
import { startSandbox, type Sandbox } from '../sandbox';
import { runNode, type NodeRun } from './harness';
import { tinyNode } from './harness/tinyNodes';
import { createsOf, expectSentence, imageShapeOf, inputsOf, itemsOf, messageOf, model, only, providerCases, runSoraVideo, type NodeCall } from './setup';
import { publicly, throughProxy } from './publicHosts';
import { startTinyServer, type TinyReply } from './tinyServer';

let sandbox: Sandbox;
let good: Buffer;
beforeAll(async () => {
	sandbox = await startSandbox({ jobSeconds: 0.1 });
	good = await picture(1280, 720).jpeg().toBuffer();
});
let endProxy = () => {};
beforeEach(() => {
	sandbox.reset();
	endProxy = throughProxy(sandbox.url);
});
afterEach(() => endProxy());
afterAll(async () => await sandbox.stop());

function picture(width: number, height: number) {
	return sharp({ create: { width, height, channels: 3, background: 'teal' } });
}

type Source = 'url' | 'binary' | 'dataUrl';

/** What makes a node take this file from this source. */
async function given(source: Source, file: Buffer): Promise<Required<Pick<NodeCall, 'parameters' | 'items'>>> {
	switch (source) {
		case 'url':
			return { parameters: { imageSource: 'url', imageUrl: publicly(sandbox.host(file, 'picture.jpg')) }, items: [{ json: {} }] };
		case 'dataUrl':
			return { parameters: { imageSource: 'url', imageUrl: `data:image/jpeg;base64,${file.toString('base64')}` }, items: [{ json: {} }] };
		case 'binary':
			return { parameters: { imageSource: 'binary', imageBinaryProperty: 'data' }, items: [{ json: {}, binary: { data: await stored(file) } }] };
	}
}

/** A file in n8n's binary store, of which Vtrix can be lent a link. */
async function stored(file: Buffer): Promise<IBinaryData> {
	const storing = tinyNode(async function () {
		return [[{ json: {}, binary: { data: await this.helpers.prepareBinaryData(file, 'picture.jpg', 'image/jpeg') } }]];
	});
	const binary = only(only((await runNode(storing)).outputs)).binary?.data;
	if (!binary) throw new Error('nothing was stored');
	return binary;
}

type Way = [provider: string, imageModel: string, source: Source, shape?: IDataObject];
const sources: Source[] = ['url', 'binary', 'dataUrl'];
const ways: Way[] = providerCases
	.flatMap((each) => sources.map((source): Way => [each.provider, each.imageModel, source, imageShapeOf(each)]))
	.filter(([provider, , source]) => provider !== 'vtrix' || source !== 'dataUrl');

async function create([provider, imageModel, source, shape = { aspectRatio: '16:9', resolution: '720p' }]: Way, file: Buffer, options: IDataObject = {}, parameters: IDataObject = {}): Promise<NodeRun> {
	const how = await given(source, file);
	return await runSoraVideo(sandbox, {
		provider,
		operation: 'create',
		parameters: { model: model(imageModel), prompt: 'Sea', ...shape, options, ...how.parameters, ...parameters },
		items: how.items,
	});
}

/** Nothing went to a provider: neither a create nor an upload. */
function expectNothingSent(run: NodeRun): void {
	expect(run.status).toBe('error');
	expect(sandbox.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
	expect(sandbox.jobs).toEqual([]);
}

describe.each(ways)('%s, %s, an image by %s', (...way) => {
	const [provider, imageModel] = way;
	const mustMatch = findProvider(provider)?.models.find(({ id }) => id === imageModel)?.imageMustMatch === true;
	const facts = findProvider(provider);
	// What a model outside the table takes isn't known, and some providers take more types of picture.
	const takesFew = facts?.models.some(({ id }) => id === imageModel) === true && !facts.takesOtherPictures;

	it('that is right is sent', async () => {
		for (const file of [good, await picture(1280, 720).png().toBuffer(), await picture(1280, 720).webp().toBuffer()]) {
			const run = await create(way, file);
			expect(run.error).toBeUndefined();
			expect(run.hints).toEqual([]);
		}
		expect(createsOf(sandbox)).toHaveLength(3);
		expect(sandbox.leaks).toEqual([]);
	});

	it.each([
		['a PDF under another name', async () => await Promise.resolve(Buffer.from('%PDF-1.7 and so on')), 'is a PDF'],
		['a GIF', async () => await picture(1280, 720).gif().toBuffer(), 'is a GIF'],
		['a page to sign in', async () => await Promise.resolve(Buffer.from('<!doctype html><p>Sign in')), 'is a web page'],
		['a picture that breaks off', async () => await Promise.resolve(good.subarray(0, -20)), 'breaks off'],
		['one byte', async () => await Promise.resolve(Buffer.from('x')), 'is no picture'],
	])('that is %s is refused, and nothing sent', async (_name, file, said) => {
		const run = await create(way, await file());
		if (said === 'is a GIF' && !takesFew) {
			expect(run.error?.message ?? '').not.toContain(said);
			return;
		}
		expectNothingSent(run);
		expectSentence(run.error?.message, said, 'Image Check', 'JPEG, PNG or WebP');
		expect(sandbox.leaks).toEqual([]);
	});

	it(`of another size is ${mustMatch ? 'refused, with how to make it fit' : 'sent, since the model is in no table'}`, async () => {
		const run = await create(way, await picture(640, 480).jpeg().toBuffer());
		if (!mustMatch) {
			expect(run.status).toBe('success');
			return;
		}
		expectNothingSent(run);
		expectSentence(run.error?.message, imageModel, '640x480', '1280x720', 'Edit Image', 'Multi Step');
	});

	it('is sent as it is with Image Check off, unread', async () => {
		const run = await create(way, await picture(640, 480).jpeg().toBuffer(), { imageCheck: 'off' });
		expect(run.error).toBeUndefined();
		expect(createsOf(sandbox)).toHaveLength(1);
		expect(sandbox.requests.filter(({ provider: host }) => host === 'cdn')).toEqual([]);
	});
});

it('Vtrix: a data URL is refused clearly', async () => {
	const run = await create(['vtrix', 'sora_2_i2v', 'dataUrl'], good);
	expectNothingSent(run);
	expectSentence(run.error?.message, 'Vtrix', 'data URL', 'Binary Data');
});

it.each([['aimlApi', 'openai/sora-2-i2v'], ['evoLink', 'sora-2-pro-preview']])('%s: a data URL that is none is refused', async (provider, imageModel) => {
	for (const imageUrl of ['data:image/png,raw', 'data:image/png;base64,', 'data:image/png;base64,a%20b', 'data:image/png;base64,abcde']) {
		const run = await create([provider, imageModel, 'url'], good, {}, { imageUrl });
		expectNothingSent(run);
		expectSentence(run.error?.message, 'Base64', 'Binary Data');
	}
});

it('EvoLink: 10 MB and a byte are refused before anything is uploaded, by every source', async () => {
	const file = Buffer.concat([good, Buffer.alloc(10 * 1024 * 1024 + 1 - good.length)]);
	for (const source of sources) {
		sandbox.reset();
		const run = await create(['evoLink', 'sora-2-pro-preview', source], file);
		expectNothingSent(run);
		expectSentence(run.error?.message, '10.01 MB', '10 MB', 'Edit Image');
	}
}, 60_000);

it('a photo that EXIF turns is refused with both its sizes', async () => {
	const turned = await picture(1280, 720).withMetadata({ orientation: 6 }).jpeg().toBuffer();
	const run = await create(['aimlApi', 'openai/sora-2-pro-i2v', 'binary'], turned);
	expectNothingSent(run);
	expectSentence(run.error?.message, 'EXIF', '1280x720', '720x1280');
});

it('a size that Additional Body sets is not refused', async () => {
	const tall = await picture(1024, 1792).jpeg().toBuffer();
	const run = await create(['aimlApi', 'openai/sora-2-pro-i2v', 'url'], tall, { additionalBody: { resolution: '1080p', aspect_ratio: '9:16' } });
	expect(run.status).toBe('success');
	expect(only(sandbox.jobs).size).toBe('1024x1792');
});

it('a refused image costs no other item its job', async () => {
	const wrong = publicly(sandbox.host(await picture(640, 480).png().toBuffer(), 'wrong.png'));
	const right = publicly(sandbox.imageUrl('1280x720'));
	const run = await runSoraVideo(sandbox, {
		provider: 'aimlApi',
		operation: 'createAndWait',
		parameters: { model: model('openai/sora-2-i2v'), prompt: 'Sea', imageSource: 'url', imageUrl: '={{ $json.link }}' },
		items: itemsOf([{ link: right }, { link: wrong }, { link: right }]),
		settings: { onError: 'continueRegularOutput' },
	});
	expect(inputsOf(run)).toEqual([[0, 2], [1], []]);
	expect(run.outputs[1]?.[0]?.json).toMatchObject({ id: null, failure: { code: 'invalid_image', category: 'invalidInput', retryable: false } });
	expectSentence(messageOf(run.outputs[1]?.[0]), '640x480');
	// A link that items share is read once.
	expect(sandbox.requests.filter(({ provider }) => provider === 'cdn')).toHaveLength(2);
});

describe('the host of a linked image', () => {
	const createFrom = async (host: string, count = 1) => {
		throughProxy(host);
		return await runSoraVideo(sandbox, {
			provider: 'aimlApi',
			operation: 'create',
			parameters: { model: model('openai/sora-2-i2v'), prompt: 'Sea', imageSource: 'url', imageUrl: '={{ $json.link }}' },
			items: itemsOf(Array.from({ length: count }, (_item, index) => ({ link: `http://elsewhere.example.com/${index}.jpg?token=mine` }))),
		});
	};

	const sendFrom = async (answer: (range: string) => TinyReply | 'hang' | 'drop', count = 1) => {
		const host = await startTinyServer(({ headers }) => answer(String(headers.range)));
		try {
			return { run: await createFrom(host.url, count), calls: host.calls };
		} finally {
			await host.close();
		}
	};

	/** A host that sends as one test wants it, and what it has sent once its reader has gone. */
	const sendingFrom = async (send: (response: ServerResponse) => void) => {
		const server = createServer();
		const closed = new Promise<number>((resolve) => {
			server.on('request', ({ socket }, response) => {
				response.on('close', () => resolve(socket.bytesWritten));
				send(response);
			});
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		try {
			const run = await createFrom(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
			return { run, sent: await closed };
		} finally {
			server.closeAllConnections();
			server.close();
		}
	};

	const hint = (items: string) =>
		`The linked image of ${items} could not be read by n8n (elsewhere.example.com), so it goes to the provider unchecked. If the job fails, look at the link first: it must open without signing in.`;

	// A name may lead into the user's own network: what is there, or isn't, is not for whoever wrote the link.
	it.each([
		['404s', () => ({ status: 404, body: 'not here' })],
		['wants a sign-in', () => ({ status: 403, body: '<html>' })],
		['drops the connection', () => 'drop' as const],
		['sends another part than asked for', () => ({ status: 206, headers: { 'content-range': 'bytes 5-9/100' }, body: 'abcde' })],
		['leads to a private address', () => ({ status: 302, headers: { location: 'http://10.0.0.7/login' } })],
		['leads nowhere', () => ({ status: 302, headers: { location: 'http://' } })],
		['fails', () => ({ status: 500 })],
	])('that %s stops no job, and the hint says no more than any other', async (_what, answer) => {
		const { run, calls } = await sendFrom(answer);
		expect(run.error).toBeUndefined();
		expect(createsOf(sandbox)).toHaveLength(1);
		expect(only(run.hints)).toMatchObject({ message: hint('1 item'), type: 'warning' });
		expect(calls).toHaveLength(1);
	});

	it('that never answers holds jobs up for 5 seconds, and gets one hint for all', async () => {
		const { run } = await sendFrom(() => 'hang', 3);
		expect(createsOf(sandbox)).toHaveLength(3);
		expect(only(run.hints).message).toBe(hint('3 items'));
	});

	it('that sends a byte a second holds a job up for 5 seconds', async () => {
		const { run } = await sendingFrom((response) => {
			const dripping = setInterval(() => response.write(good.subarray(0, 1)), 1000);
			response.on('close', () => clearInterval(dripping));
		});
		expect(createsOf(sandbox)).toHaveLength(1);
		expect(only(run.hints).message).toBe(hint('1 item'));
	});

	it('that breaks off stops no job', async () => {
		const { run } = await sendingFrom((response) => {
			response.writeHead(200, { 'content-length': '100000' });
			response.write(good.subarray(0, 10), () => response.destroy());
		});
		expect(createsOf(sandbox)).toHaveLength(1);
		expect(only(run.hints).message).toBe(hint('1 item'));
	});

	it('that ignores the range and sends without end is cut off', async () => {
		const endless = Buffer.concat([good.subarray(0, 100), Buffer.alloc(1_000_000)]);
		const { run, sent } = await sendingFrom((response) => {
			const more = () => {
				while (!response.destroyed && response.write(endless));
			};
			response.on('drain', more);
			more();
		});
		expect(sent).toBeLessThan(20e6);
		// 100 bytes of a JPEG, and zeros where its next part should be.
		expect(run.status).toBe('error');
		expectSentence(run.error?.message, 'holds no picture');
	});

	it('may send on to another, which sees no key either', async () => {
		const host = await startTinyServer(({ url }) => (url.endsWith('/moved.jpg') ? { body: good } : { status: 302, headers: { location: 'http://there.example.net/moved.jpg' } }));
		const run = await createFrom(host.url);
		await host.close();
		expect(run.hints).toEqual([]);
		expect(run.status).toBe('success');
		for (const { headers } of host.calls) expect(headers).not.toHaveProperty('authorization');
		expect(host.calls.map(({ url }) => new URL(url).host)).toEqual(['elsewhere.example.com', 'there.example.net']);
	});

	it('sees no key, no cookie, and a range', async () => {
		const { calls } = await sendFrom(() => ({ headers: { 'set-cookie': 'a=b' }, body: good }), 2);
		for (const { method, headers } of calls) {
			expect(method).toBe('GET');
			expect(headers.range).toBe('bytes=0-65535');
			expect(headers).not.toHaveProperty('authorization');
			expect(headers).not.toHaveProperty('cookie');
			expect(JSON.stringify(headers)).not.toContain(sandbox.apiKeys.aimlApi);
		}
		expect(calls).toHaveLength(2);
	});

	it('is asked for the first 64 KB of a picture of 100 MB, and for no more', async () => {
		const start = Buffer.concat([good, Buffer.alloc(65_536)]).subarray(0, 65_536);
		const { run, calls } = await sendFrom(() => ({ status: 206, headers: { 'content-range': 'bytes 0-65535/100000000' }, body: start }));
		expect(calls.map(({ headers }) => headers.range)).toEqual(['bytes=0-65535']);
		expect(run.hints).toEqual([]);
	});

	it('is asked for more where metadata stands before the size', async () => {
		const segment = Buffer.concat([Buffer.from([0xff, 0xe2, 0xff, 0xff]), Buffer.alloc(65_533)]);
		const late = Buffer.concat([good.subarray(0, 2), segment, segment, good.subarray(2)]);
		const { run, calls } = await sendFrom((range) => {
			const end = Math.min(Number(/(\d+)$/.exec(range)?.[1]), late.length - 1);
			return { status: 206, headers: { 'content-range': `bytes 0-${end}/${late.length}` }, body: late.subarray(0, end + 1) };
		});
		expect(run.hints).toEqual([]);
		expect(calls.map(({ headers }) => headers.range)).toEqual(['bytes=0-65535', 'bytes=0-1048575']);
		expect(createsOf(sandbox)).toHaveLength(1);
	});
});
