import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { IDataObject } from 'n8n-workflow';

import { SoraVideo } from '../../nodes/SoraVideo/SoraVideo.node';
import { readBinary, runNode } from './harness';
import type { NodeRun, RunNodeOptions } from './harness';
import { credentialTypes, jsonsOf, only } from './setup';
import { startTinyServer } from './tinyServer';
import type { TinyCall, TinyReply } from './tinyServer';

// What real servers answer, on the engine: the readers themselves are in test/unit/job/realAnswers.test.ts.

const video = readFileSync(join(__dirname, '../sandbox/media/1280x720-4s.mp4'));
const page = '<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>';

/** Runs one operation against a server that answers so. */
async function against(
	answer: (call: TinyCall) => TinyReply,
	parameters: NonNullable<RunNodeOptions['parameters']>,
	provider: 'openAi' | 'evoLink' = 'openAi',
): Promise<{ run: NodeRun; calls: TinyCall[] }> {
	const server = await startTinyServer(answer);
	try {
		const credential = { apiKey: 'sk-secret-key', baseUrl: provider === 'openAi' ? `${server.url}/v1` : server.url };
		const run = await runNode(new SoraVideo(), {
			parameters: { provider, model: { __rl: true, mode: 'id', value: 'veo-3.1' }, prompt: 'Sea', ...parameters },
			items: [{ json: {} }],
			credentials: provider === 'openAi' ? { soraVideoOpenAiApi: credential } : { soraVideoEvoLinkApi: { ...credential, filesBaseUrl: server.url } },
			credentialTypes,
			onError: 'continueRegularOutput',
		});
		return { run, calls: server.calls };
	} finally {
		await server.close();
	}
}

async function create(status: number, body: unknown): Promise<IDataObject> {
	const { run, calls } = await against(() => ({ status, body, headers: { 'content-type': typeof body === 'string' && body.startsWith('<') ? 'text/html' : 'application/json' } }), { operation: 'create' });
	expect(calls).toHaveLength(1);
	return only(jsonsOf(run).flat());
}

describe('a create whose answer', () => {
	const error = { code: 'conflict', message: 'already being processed' };

	it.each<[string, number, unknown, string]>([
		['has a long number as id', 200, '{"id":4326796003218200779,"status":"queued"}', '4326796003218200779'],
		['is wrapped', 200, { code: 200, data: [{ status: 'submitted', task_id: 'task_01K8' }] }, 'task_01K8'],
		['has only a request_id', 200, { request_id: '764cabcf-b745-4b3e-ae38-1200304cf45b' }, '764cabcf-b745-4b3e-ae38-1200304cf45b'],
		['is a conflict beside an id', 409, { error, id: 'video_123' }, 'video_123'],
		['is a 500 beside an id', 500, { error, data: { taskId: 't_1' } }, 't_1'],
		['is cut off behind the id', 200, '{"id":"video_123","status":"queued","pro', 'video_123'],
		['refuses beside the documented id', 400, { error, id: 'video_123' }, 'video_123'],
	])('%s: its job is known', async (_name, status, body, id) => {
		expect(await create(status, body)).toMatchObject({ id, failure: null });
	});

	it.each<[string, number, unknown, object]>([
		['refuses beside an id in another place', 400, { error, data: { task_id: 't_1' } }, { code: 'conflict' }],
		['has the id of a request, beside an error', 409, { error, request_id: 'r_1' }, { code: 'outcome_unknown' }],
		['is the page of a firewall', 403, page, { code: 'blocked', category: 'provider' }],
		['is that of a proxy', 407, 'Proxy Authentication Required', { code: 'proxy_refused' }],
	])('%s: no job is', async (_name, status, body, failure) => {
		expect(await create(status, body)).toMatchObject({ id: null, failure });
	});

	it('is the page of a firewall: nothing is said of credits or of the key', async () => {
		const { failure } = await create(403, page);
		expect(JSON.stringify(failure)).not.toMatch(/credits|API key/);
	});
});

it('a long number is asked for to the digit', async () => {
	const { run, calls } = await against(() => ({ body: '{"id":4326796003218200779,"status":"processing"}' }), { operation: 'getStatus', jobId: '4326796003218200779' });
	expect(only(jsonsOf(run).flat())).toMatchObject({ id: '4326796003218200779', status: 'processing' });
	expect(only(calls).url).toBe('/v1/videos/4326796003218200779');
});

it('EvoLink is asked for an id of any form that its Create gave', async () => {
	const { run, calls } = await against(() => ({ body: { id: 'cgt-2026/1', status: 'processing' } }), { operation: 'getStatus', jobId: 'cgt-2026/1' }, 'evoLink');
	expect(only(jsonsOf(run).flat())).toMatchObject({ id: 'cgt-2026/1', failure: null });
	expect(only(calls).url).toBe('/v1/tasks/cgt-2026%2F1');
});

it.each(['/files/1.mp4', ' files/1.mp4\n'])('a relative link is downloaded: %j', async (url) => {
	const { run } = await against(
		(call) => (call.url.endsWith('/files/1.mp4') ? { body: video, headers: { 'content-type': 'video/mp4' } } : { body: { id: 'a', status: 'completed', video: [{ url }] } }),
		{ operation: 'download', jobId: 'a', binaryPropertyName: 'data' },
	);
	const [item] = run.outputs.flat();
	expect(video.equals(await readBinary(item))).toBe(true);
});
