import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { IDataObject } from 'n8n-workflow';

import { SoraVideo } from '../../nodes/SoraVideo/SoraVideo.node';
import { dialects } from '../../nodes/SoraVideo/providers/dialects';
import { bifrost } from '../sandbox/gateways/bifrost';
import { dynamo } from '../sandbox/gateways/dynamo';
import { gatewayKey, gatewayVideo, startGateway } from '../sandbox/gateways/gateway';
import type { Gateway, GatewayJob, RunningGateway } from '../sandbox/gateways/gateway';
import { liteLlm } from '../sandbox/gateways/liteLlm';
import { newApi } from '../sandbox/gateways/newApi';
import { sglang } from '../sandbox/gateways/sglang';
import { vllmOmni } from '../sandbox/gateways/vllmOmni';
import { readBinary, runNode } from './harness';
import type { NodeRun } from './harness';
import { credentialTypes, jsonsOf, messageOf, model, only } from './setup';

// Gateways that copy OpenAI's video API, each as its own source code answers.

jest.setTimeout(120_000);

const picture = readFileSync(join(__dirname, '../sandbox/media/1280x720.jpg'));
const link = 'https://example.com/picture.jpg';

type Picture = 'none' | 'binary' | 'url';
type DialectName = keyof typeof dialects;

async function run(gateway: Gateway, server: RunningGateway, dialect: DialectName, own: IDataObject, query = ''): Promise<NodeRun> {
	const parameters: IDataObject = {
		model: model(gateway.model),
		prompt: 'A paper boat',
		duration: 8,
		options: { imageCheck: 'off' },
		...own,
	};
	return await runNode(new SoraVideo(), {
		parameters: { provider: 'openAi', ...parameters },
		items: [{ json: {}, binary: { data: { data: picture.toString('base64'), mimeType: 'image/jpeg', fileName: 'a.jpg' } } }],
		credentials: { soraVideoOpenAiApi: { apiKey: gatewayKey, baseUrl: `${server.url}/v1${query}`, dialect } },
		credentialTypes,
		onError: 'continueRegularOutput',
	});
}

async function withGateway<T>(gateway: Gateway, use: (server: RunningGateway) => Promise<T>): Promise<T> {
	const server = await startGateway(gateway);
	try {
		return await use(server);
	} finally {
		await server.stop();
	}
}

function withPicture(kind: Picture): IDataObject {
	return { imageSource: kind, imageUrl: link, imageBinaryProperty: 'data' };
}

function expectArrived(job: GatewayJob | undefined, kind: Picture): void {
	expect(job).toMatchObject({ prompt: 'A paper boat', seconds: 8 });
	const arrived = job?.picture ?? null;
	if (kind === 'binary') expect(Buffer.isBuffer(arrived) && arrived.equals(picture)).toBe(true);
	else expect(arrived).toBe(kind === 'url' ? link : null);
}

async function expectVideo({ outputs }: NodeRun): Promise<void> {
	const [item] = outputs.flat();
	if (!item?.binary) throw new Error(messageOf(item));
	expect(gatewayVideo.equals(await readBinary(item))).toBe(true);
}

const pictures: Picture[] = ['none', 'binary', 'url'];

/** The dialect that each of them wants, for all that it takes. */
const rows: Array<[string, Gateway, DialectName]> = [
	[newApi.name, newApi, 'jsonText'],
	[sglang.name, sglang, 'jsonText'],
	[vllmOmni.name, vllmOmni, 'multipart'],
	[bifrost.name, bifrost, 'jsonText'],
	[liteLlm.name, liteLlm, 'automatic'],
];

/** Each operation against a gateway of its own, with this picture. */
async function expectAll(gateway: Gateway, dialect: DialectName, kind: Picture): Promise<void> {
	await withGateway(gateway, async (server) => {
		const created = only(jsonsOf(await run(gateway, server, dialect, { operation: 'create', ...withPicture(kind) })).flat());
		expect(created).toMatchObject({ status: 'queued', failure: null });
		const id = String(created.id);
		expectArrived(server.jobs.get(id), kind);

		const status = only(jsonsOf(await run(gateway, server, dialect, { operation: 'getStatus', jobId: id })).flat());
		expect(status).toMatchObject({ id, status: 'completed', progress: 100, model: gateway.model, failure: null });
		await expectVideo(await run(gateway, server, dialect, { operation: 'download', jobId: id, binaryPropertyName: 'data' }));

		const awaited = await run(gateway, server, dialect, {
			operation: 'createAndWait',
			timeout: 60,
			downloadVideo: true,
			binaryPropertyName: 'data',
			...withPicture(kind),
		});
		expect(jsonsOf(awaited).map((items) => items.length)).toEqual([1, 0, 0]);
		await expectVideo(awaited);
		expect(server.jobs.size).toBe(2);
		expectArrived([...server.jobs.values()][1], kind);
	});
}

it.each(rows)('%s: create, get status, download, create and wait; from text, a file and a link', async (_name, gateway, dialect) => {
	// Side by side, since a wait asks for the first time after some seconds.
	await Promise.all(pictures.map(async (kind) => await expectAll(gateway, dialect, kind)));
});

it.each(pictures)('Dynamo, whose create is answered with the finished video; picture: %s', async (kind) => {
	await withGateway(dynamo, async (server) => {
		const created = await run(dynamo, server, 'jsonTextNumber', {
			operation: 'createAndWait',
			downloadVideo: true,
			binaryPropertyName: 'data',
			...withPicture(kind),
		});
		expect(jsonsOf(created).map((items) => items.length)).toEqual([1, 0, 0]);
		await expectVideo(created);
		expectArrived([...server.jobs.values()][0], kind);
		expect(server.calls.filter(({ path }) => path.startsWith('/v1'))).toHaveLength(1);
	});
});

describe('the wrong dialect is refused, and the refusal names the right one', () => {
	it.each<[string, Gateway, DialectName, Picture, DialectName]>([
		[newApi.name, newApi, 'automatic', 'url', 'jsonText'],
		[sglang.name, sglang, 'automatic', 'url', 'jsonText'],
		[vllmOmni.name, vllmOmni, 'automatic', 'none', 'multipart'],
		[vllmOmni.name, vllmOmni, 'jsonText', 'url', 'multipart'],
		[bifrost.name, bifrost, 'automatic', 'url', 'jsonText'],
		[bifrost.name, bifrost, 'automatic', 'binary', 'jsonText'],
		[liteLlm.name, liteLlm, 'jsonText', 'url', 'automatic'],
		[dynamo.name, dynamo, 'automatic', 'none', 'jsonTextNumber'],
		[dynamo.name, dynamo, 'automatic', 'binary', 'jsonText'],
	])('%s (%#)', async (_name, gateway, dialect, kind, right) => {
		await withGateway(gateway, async (server) => {
			const refused = await run(gateway, server, dialect, { operation: 'create', ...withPicture(kind) });
			expect(messageOf(only(refused.outputs.flat()))).toContain(`set Dialect to "${dialects[right].name}" in the OpenAI-Compatible API credential`);
			expect(server.jobs.size).toBe(0);
			expect(server.calls).toHaveLength(1);
		});
	});
});

it('a query in the Base URL is one on every request', async () => {
	await withGateway(liteLlm, async (server) => {
		const query = '?api-version=preview';
		const awaited = await run(liteLlm, server, 'automatic', { operation: 'createAndWait', downloadVideo: true, binaryPropertyName: 'data', ...withPicture('none') }, query);
		await expectVideo(awaited);
		expect(new Set(server.calls.map(({ query: sent }) => sent.get('api-version')))).toEqual(new Set(['preview']));
		expect(server.calls.length).toBeGreaterThan(2);
	});
});
