import type { VideoRequest } from '../../../nodes/SoraVideo/job/VideoRequest';
import { aimlApi } from '../../../nodes/SoraVideo/providers/aimlApi';
import { evoLink } from '../../../nodes/SoraVideo/providers/evoLink';
import type { Provider } from '../../../nodes/SoraVideo/providers/Provider';
import { vtrix } from '../../../nodes/SoraVideo/providers/vtrix';
import { aRequest, imageLink, problemsOf } from '../fixtures';
import { aimlApiModels, evoLinkModels, legalRequests, vtrixModels } from '../providers/documentedModels';
import type { DocumentedModel } from '../providers/documentedModels';

const image = { source: 'url', url: imageLink } as const;
const earlierVideo = 'task-unified-1757169743-7cvnl5zw';

const documented: ReadonlyArray<[Provider, readonly DocumentedModel[]]> = [
	[aimlApi, aimlApiModels],
	[evoLink, evoLinkModels],
	[vtrix, vtrixModels],
];

interface Row {
	name: string;
	provider: Provider;
	model: DocumentedModel;
	/** What the model takes, to spoil. */
	legal: VideoRequest;
}

const rows: Row[] = documented.flatMap(([provider, models]) =>
	models.map((model): Row => {
		const [first] = legalRequests([model], earlierVideo);
		if (!first) throw new Error(`${model.id} has no legal request`);
		return { name: `${provider.id} ${model.id}`, provider, model, legal: first[1] };
	}),
);

/** One problem, which says which model and what to change. */
function expectOneProblem(row: Row, changes: Partial<VideoRequest>, about: RegExp) {
	const problems = problemsOf(row.provider, { ...row.legal, ...changes });
	expect(problems).toHaveLength(1);
	expect(problems[0]).toMatch(about);
	expect(problems[0]).toContain(row.model.id);
}

describe('checkRequest: legal requests', () => {
	const legal = documented.flatMap(([provider, models]) =>
		legalRequests(models, earlierVideo).map(
			([name, request]): [string, string, Provider, VideoRequest] => [provider.id, name, provider, request],
		),
	);

	it.each(legal)('%s %s has no problems', (_provider, _name, provider, request) => {
		expect(problemsOf(provider, request)).toEqual([]);
	});

	it.each(rows.filter(({ model }) => model.image !== 'refused'))(
		'$name takes an image from binary data',
		({ provider, legal: request }) => {
			expect(problemsOf(provider, { ...request, firstFrame: { source: 'binary', property: 'data' } })).toEqual([]);
		},
	);

	it.each(documented)('$id: an unknown model is not judged', (provider) => {
		const requests: Array<Partial<VideoRequest>> = [
			{},
			{ duration: 5 },
			{ duration: 60 },
			{ resolution: '1080p' },
			{ aspectRatio: '9:16' },
			{ firstFrame: image },
		];
		for (const request of requests) expect(problemsOf(provider, aRequest(request))).toEqual([]);
	});

	it.each(rows)('$name: the length of the prompt is not judged', ({ provider, legal: request }) => {
		expect(problemsOf(provider, { ...request, prompt: 'word '.repeat(2000) })).toEqual([]);
	});

	it.each([
		['aimlApi', aimlApi, 'openai/sora-2-t2v', { duration: 5 }],
		['evoLink', evoLink, 'sora-2-preview', { duration: 5 }],
		['vtrix', vtrix, 'sora_2_t2v', { seconds: '5' }],
	])('%s: a duration that Additional Body replaces is not judged', (_name, provider, model, additionalBody) => {
		expect(problemsOf(provider, aRequest({ model, duration: 5, additionalBody }))).toEqual([]);
	});
});

describe('checkRequest: an image in Additional Body', () => {
	it.each([
		['aimlApi: bare Base64', aimlApi, { model: 'openai/sora-2-pro-i2v', additionalBody: { image_url: 'iVBORw0KGgo=' } }],
		['vtrix: none, for a remix', vtrix, { model: 'sora_2_i2v', remixOf: 'video_1', additionalBody: { input_reference: null } }],
	])('is not judged: %s', (_name, provider, changes) => {
		expect(problemsOf(provider, aRequest(changes))).toEqual([]);
	});
});

describe('checkRequest: refusals of known models', () => {
	it.each(rows)('$name: durations that it does not make', (row) => {
		for (const duration of [1, 3, 5, 6, 16, 20, 60]) {
			if (!row.model.durations.includes(duration)) expectOneProblem(row, { duration }, /Duration/);
		}
	});

	it.each(rows)('$name: the problem of a duration tells which there are', (row) => {
		const [problem] = problemsOf(row.provider, { ...row.legal, duration: 5 });
		for (const duration of row.model.durations) expect(problem).toContain(String(duration));
		expect(problem).toContain('5');
	});

	it.each(rows.filter(({ model }) => !model.resolutions.includes('1080p')))('$name: 1080p', (row) => {
		expectOneProblem(row, { resolution: '1080p' }, /Resolution/);
	});

	it.each(rows.filter(({ model }) => model.image === 'required'))('$name: no image', (row) => {
		expectOneProblem(row, { firstFrame: null }, /image/i);
	});

	it.each(rows.filter(({ model }) => model.image === 'refused'))('$name: an unwanted image', (row) => {
		expectOneProblem(row, { firstFrame: image }, /image/i);
		expectOneProblem(row, { firstFrame: { source: 'binary', property: 'data' } }, /image/i);
	});

	it.each(rows.filter(({ model }) => model.remix === 'required'))('$name: no video to remix', (row) => {
		expectOneProblem(row, { remixOf: null }, /remix/i);
	});

	it.each(rows.filter(({ model }) => model.remix === undefined))('$name: an unwanted remix', (row) => {
		expectOneProblem(row, { remixOf: earlierVideo }, /remix/i);
	});
});

describe('checkRequest: refusals whatever the model', () => {
	const anyModel = documented.map(([provider]): [string, Provider] => [provider.id, provider]);

	it.each(anyModel)('%s: empty prompt', (_name, provider) => {
		for (const prompt of ['', ' ', '\n\t']) {
			const problems = problemsOf(provider, aRequest({ prompt }));
			expect(problems).toHaveLength(1);
			expect(problems[0]).toMatch(/prompt/i);
		}
	});

	it.each(anyModel)('%s: no model', (_name, provider) => {
		for (const model of ['', ' ']) {
			const problems = problemsOf(provider, aRequest({ model }));
			expect(problems).toHaveLength(1);
			expect(problems[0]).toMatch(/model/i);
		}
	});

	it.each(anyModel)('%s: a duration that is no time', (_name, provider) => {
		for (const duration of [0, -4, Number.NaN, Infinity, 'long']) {
			const problems = problemsOf(provider, aRequest({ duration }));
			expect(problems).toHaveLength(1);
			expect(problems[0]).toMatch(/Duration/);
		}
	});

	it.each(rows)('$name: a duration that is no whole number of seconds', ({ provider, legal }) => {
		for (const duration of [0, -4, 4.5, Number.NaN]) {
			expect(problemsOf(provider, { ...legal, duration }).join(' ')).toMatch(/Duration/);
		}
	});

	const badLinks = ['', ' ', 'example.com/1.png', 'ftp://example.com/1.png', 'file:///1.png', 'javascript:1', 'https://', 'https://a b.example/1.png', 'data:text/html,x', 'iVBORw0KGgo='];

	it.each(anyModel.flatMap(([name, provider]) => badLinks.map((url): [string, string, Provider] => [name, url, provider])))(
		'%s: image URL "%s"',
		(_name, url, provider) => {
			const problems = problemsOf(provider, aRequest({ firstFrame: { source: 'url', url } }));
			expect(problems.length).toBeGreaterThan(0);
			expect(problems.join(' ')).toMatch(/image|data URL/i);
		},
	);

	it.each(anyModel)('%s: a long bad image URL does not flood the message', (_name, provider) => {
		const problems = problemsOf(provider, aRequest({ firstFrame: { source: 'url', url: 'x'.repeat(100_000) } }));
		expect(problems.join(' ').length).toBeLessThan(1000);
	});

	it.each([
		['aimlApi takes one, as Base64 (1.2)', aimlApi, 0],
		['evoLink hosts it first, since it takes links only (3.2)', evoLink, 0],
		['vtrix takes links only (2.2)', vtrix, 1],
	])('a data URL as image: %s', (_name, provider, count) => {
		const url = 'data:image/png;base64,iVBORw0KGgo=';
		expect(problemsOf(provider, aRequest({ firstFrame: { source: 'url', url } }))).toHaveLength(count);
	});
});

describe("checkRequest: an earlier video's id", () => {
	it.each([
		['sora-2-pro-remix', '..', 1],
		['sora-2-pro-remix', 'video_1', 0],
		['sora-2-pro-remix', 'task-unified-1757169743-7cvnl5zw', 0],
		['unlisted', '..', 1],
	])("EvoLink's %s: %s", (model, remixOf, count) => {
		const problems = problemsOf(evoLink, aRequest({ model, remixOf, duration: 15 }));
		expect(problems).toHaveLength(count);
		for (const problem of problems) expect(problem).toMatch(/^in Remix Video ID, "\.\." /);
	});

	it('is left to the user with Additional Body', () => {
		const request = { model: 'sora-2-pro-remix', duration: 15, remixOf: '..', additionalBody: { base_video_task_id: 'x' } };
		expect(problemsOf(evoLink, aRequest(request))).toEqual([]);
	});
});

describe('checkRequest: callback URLs (0.3)', () => {
	const callbackUrl = 'https://n8n.example.com/webhook/1';

	it.each([
		['aimlApi', aimlApi],
		['vtrix', vtrix],
	])('%s has no callbacks', (_name, provider) => {
		const problems = problemsOf(provider, aRequest({ callbackUrl }));
		expect(problems).toHaveLength(1);
		expect(problems[0]).toMatch(/callback/i);
		expect(problems[0]).toContain(provider.displayName);
	});

	it.each([
		['https', callbackUrl, 0],
		['exactly 2048 characters', callbackUrl + 'a'.repeat(2048 - callbackUrl.length), 0],
		['2049 characters', callbackUrl + 'a'.repeat(2049 - callbackUrl.length), 1],
		['http', 'http://n8n.example.com/webhook/1', 1],
		['localhost', 'https://localhost:5678/webhook/1', 1],
		['127.0.0.1', 'https://127.0.0.1/webhook/1', 1],
		['10.x', 'https://10.1.2.3/webhook/1', 1],
		['172.16', 'https://172.16.0.1/webhook/1', 1],
		['172.31', 'https://172.31.0.1/webhook/1', 1],
		['172.32', 'https://172.32.0.1/webhook/1', 0],
		['192.168.x', 'https://192.168.0.1/webhook/1', 1],
		['IPv6 loopback', 'https://[::1]/webhook/1', 1],
		['IPv6 unique local', 'https://[fd00::1]/webhook/1', 1],
		['http and private', 'http://192.168.0.1/webhook/1', 2],
		['no URL', 'n8n', 1],
	])('evoLink: %s', (_name, url, count) => {
		const problems = problemsOf(evoLink, aRequest({ callbackUrl: url }));
		expect(problems).toHaveLength(count);
		for (const problem of problems) expect(problem).toMatch(/callback/i);
	});
});

describe('checkRequest: all problems at once', () => {
	it.each([
		[
			'aimlApi',
			aimlApi,
			{ model: 'openai/sora-2-i2v' },
			[/prompt/i, /Duration/, /Resolution/, /image/i, /remix/i, /callback/i],
		],
		[
			'vtrix',
			vtrix,
			{ model: 'sora_2_i2v', remixOf: null },
			[/prompt/i, /Duration/, /Resolution/, /image/i, /callback/i],
		],
		[
			'evoLink',
			evoLink,
			{ model: 'sora-2-pro-remix', remixOf: null, firstFrame: image },
			[/prompt/i, /Duration/, /Resolution/, /image/i, /remix/i, /https:/, /reached/],
		],
	])('%s', (_name, provider, changes, abouts) => {
		const problems = problemsOf(
			provider,
			aRequest({
				prompt: '',
				duration: 5,
				resolution: '1080p',
				remixOf: 'video_1',
				callbackUrl: 'http://10.0.0.1/',
				...changes,
			}),
		);
		for (const about of abouts) expect(problems.filter((problem) => about.test(problem))).not.toEqual([]);
		expect(problems).toHaveLength(abouts.length);
		expect(new Set(problems).size).toBe(problems.length);
	});

	it.each(rows)('$name: each is a clause, to be joined to a sentence', ({ provider, legal }) => {
		const problems = problemsOf(provider, {
			...legal,
			prompt: '',
			duration: 5,
			resolution: '1080p',
			firstFrame: legal.firstFrame === null ? image : null,
			remixOf: legal.remixOf === null ? 'video_1' : null,
			callbackUrl: 'http://10.0.0.1/',
		});
		expect(problems.length).toBeGreaterThan(2);
		for (const problem of problems) {
			expect(problem).not.toMatch(/[\s.;:,]$/);
			expect(problem).not.toMatch(/[.!?]\s/);
		}
	});
});
