import type { IDataObject } from 'n8n-workflow';

import { patienceWithTrouble } from '../../nodes/SoraVideo/batch/namedJobs';
import { patience } from '../../nodes/SoraVideo/downloads/errand';
import { patienceWithoutVideo } from '../../nodes/SoraVideo/transport/askForVideo';
import { patienceWithRefusals } from '../../nodes/SoraVideo/waiting/refusals';
import { patienceAtDeadline } from '../../nodes/SoraVideo/waiting/waitForJob';
import { bigVideo } from '../sandbox/bigVideo';
import { expectSentence, inputsOf, jsonsOf, messageOf, model, only, runSoraVideo } from './setup';
import { startTinyServer, type TinyReply } from './tinyServer';

Object.assign(patience, { firstPause: 10, longestPause: 50, notThere: 3_000 });
Object.assign(patienceWithoutVideo, { pauses: [20, 20, 20] });
Object.assign(patienceWithRefusals, { pauses: [50], blip: 3_000, young: 5_000 });
Object.assign(patienceAtDeadline, { pauses: [50, 50, 50] });
Object.assign(patienceWithTrouble, { pauses: [20, 20, 20] });

const video = Buffer.concat([...bigVideo(5000).read(0, 5000)]);
const running: TinyReply = { body: { id: 'job-1', status: 'processing' } };
const bare: TinyReply = { body: { id: 'job-1', status: 'completed', output: [] } };

/** A provider that answers the questions for its one job like this, the last answer again and again. */
async function withAnswers<T>(answers: Array<TinyReply | 'drop'>, use: (baseUrl: string, asked: () => number) => Promise<T>): Promise<T> {
	let asked = 0;
	const server = await startTinyServer(({ method, url }) => {
		if (method === 'POST') return running;
		if (url !== '/v.mp4' && !url.includes('job-1')) return { status: 404 };
		if (url === '/v.mp4') return { headers: { 'content-type': 'video/mp4' }, body: video };
		asked += 1;
		const answer = answers[Math.min(asked, answers.length) - 1] ?? 'drop';
		return answer === done ? { body: { id: 'job-1', status: 'completed', output: [{ content: [{ type: 'video', url: `${server.url}/v.mp4` }] }] } } : answer;
	});
	return await use(server.url, () => asked).finally(async () => await server.close());
}
const done: TinyReply = {};

async function run(baseUrl: string, operation: string, parameters: IDataObject = {}) {
	return await runSoraVideo(undefined as never, {
		provider: 'vtrix',
		operation,
		parameters: { jobId: 'job-1', model: model('veo_3_1'), prompt: 'Sea', timeout: 60, ...parameters },
		credentials: { soraVideoVtrixApi: { apiKey: 'sk-secret-0123456789', baseUrl } },
		settings: { onError: 'continueRegularOutput' },
	});
}

const operations = ['createAndWait', 'waitForCompletion', 'getStatus', 'download'];

describe('a completed job without a video', () => {
	test.concurrent.each(operations)('%s: whose link comes a moment later is completed', async (operation) => {
		await withAnswers([bare, bare, done], async (baseUrl, asked) => {
			const { outputs } = await run(baseUrl, operation);
			expect(only(outputs[0]).json).toMatchObject({ id: 'job-1', status: 'completed', failure: null, videoUrl: `${baseUrl}/v.mp4` });
			expect(asked()).toBe(3);
		});
	});

	test.concurrent.each(operations)('%s: whose link never comes has failed, with the words of its answer', async (operation) => {
		const refused: TinyReply = { body: { id: 'job-1', status: 'completed', output: [], error: { code: 'content_policy_violation', message: 'Blocked by our content policy' } } };
		for (const [answer, category, word] of [[bare, 'unknown', 'no link'], [refused, 'moderation', 'content policy']] as const) {
			await withAnswers([answer], async (baseUrl, asked) => {
				const ended = await run(baseUrl, operation);
				const item = only(ended.outputs.flat());
				expect(ended.outputs.findIndex((items) => items.length > 0)).toBe(ended.outputs.length === 3 ? 1 : 0);
				expect(item.json).toMatchObject({ id: 'job-1', status: 'failed', failure: { category } });
				expectSentence(messageOf(item), 'job-1', word);
				expect(asked()).toBe(4);
			});
		}
	});
});

describe('a question that comes to nothing', () => {
	const nothing: TinyReply[] = [{ status: 502, body: '<html>Bad gateway</html>' }, { status: 200, body: 'gibberish' }, { status: 500, body: {} }];

	it('is asked again before a paid video is given up, by Download', async () => {
		await withAnswers([...nothing, done], async (baseUrl, asked) => {
			const { outputs } = await run(baseUrl, 'download');
			expect(only(outputs[0]).json).toMatchObject({ id: 'job-1', status: 'completed', failure: null });
			expect(asked()).toBe(4);
		});
	});

	it('is not asked for ever', async () => {
		await withAnswers([{ status: 502, body: {} }], async (baseUrl, asked) => {
			expectSentence(messageOf(only((await run(baseUrl, 'download')).outputs.flat())), 'job-1', 'HTTP 502');
			expect(asked()).toBe(4);
		});
	});

	it('is not asked again where the provider wants minutes', async () => {
		await withAnswers([{ status: 429, headers: { 'retry-after': '600' }, body: {} }, done], async (baseUrl, asked) => {
			expectSentence(messageOf(only((await run(baseUrl, 'download')).outputs.flat())), 'job-1', 'HTTP 429');
			expect(asked()).toBe(1);
		});
	});

	it('is asked once by Get Status, which can be run again', async () => {
		await withAnswers([...nothing, done], async (baseUrl, asked) => {
			expectSentence(messageOf(only((await run(baseUrl, 'getStatus')).outputs.flat())), 'job-1', 'HTTP 502');
			expect(asked()).toBe(1);
		});
	});
});

describe('a question that is refused', () => {
	test.concurrent.each([401, 403, 404])('with %i of a job that is not known ends the wait at once', async (status) => {
		await withAnswers([{ status }], async (baseUrl, asked) => {
			const { outputs } = await run(baseUrl, 'waitForCompletion');
			expectSentence(messageOf(only(outputs[1])), 'job-1', `HTTP ${status}`);
			expect(asked()).toBe(1);
		});
	});

	test.concurrent.each([401, 403, 404])('with %i of a job that was told of is asked again, and ends the wait when it is no blip', async (status) => {
		await withAnswers([running, { status }, { status }, done], async (baseUrl) => {
			expect(inputsOf(await run(baseUrl, 'waitForCompletion', { timeout: 30 }))).toEqual([[0], [], []]);
		});
		await withAnswers([running, { status }], async (baseUrl, asked) => {
			const { outputs } = await run(baseUrl, 'waitForCompletion', { timeout: 60 });
			expectSentence(messageOf(only(outputs[1])), 'job-1', `HTTP ${status}`);
			expect(asked()).toBeGreaterThan(3);
		});
	});

	test.concurrent('404 of a job that another node created a moment ago is not known yet', async () => {
		await withAnswers([{ status: 404 }, { status: 404 }, done], async (baseUrl, asked) => {
			await run(baseUrl, 'create');
			expect(inputsOf(await run(baseUrl, 'waitForCompletion', { timeout: 30 }))).toEqual([[0], [], []]);
			expect(asked()).toBe(3);
		});
	});

	test.concurrent('a web page of a firewall is told apart', async () => {
		const page: TinyReply = { status: 403, headers: { 'content-type': 'text/html' }, body: '<!doctype html><title>Attention Required!</title>' };
		await withAnswers([page], async (baseUrl) => {
			const { outputs } = await run(baseUrl, 'getStatus');
			expectSentence(messageOf(only(outputs[0])), 'job-1', 'firewall');
			expect(jsonsOf({ outputs } as never)[0]).toMatchObject([{ id: 'job-1', failure: { code: 'blocked' } }]);
		});
	});
});

describe('the last look', () => {
	test.concurrent('that meets trouble is tried again', async () => {
		await withAnswers(['drop', { status: 503 }, done], async (baseUrl, asked) => {
			expect(inputsOf(await run(baseUrl, 'waitForCompletion', { timeout: 1 }))).toEqual([[0], [], []]);
			expect(asked()).toBe(3);
		});
	});

	test.concurrent('is not endless', async () => {
		await withAnswers(['drop'], async (baseUrl, asked) => {
			expect(inputsOf(await run(baseUrl, 'waitForCompletion', { timeout: 1 }))).toEqual([[], [], [0]]);
			expect(asked()).toBeGreaterThanOrEqual(4);
		});
	});
});

it('a clock that is set back by ten minutes makes no wait longer', async () => {
	const real = Date.now.bind(Date);
	await withAnswers([running], async (baseUrl, asked) => {
		const clock = jest.spyOn(Date, 'now').mockImplementation(() => real() - (asked() > 0 ? 600_000 : 0));
		try {
			expect(inputsOf(await run(baseUrl, 'waitForCompletion', { timeout: 3 }))).toEqual([[], [], [0]]);
		} finally {
			clock.mockRestore();
		}
	});
});
