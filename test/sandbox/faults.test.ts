import { get, type IncomingMessage } from 'node:http';
import { createGunzip } from 'node:zlib';
import { isRecord } from './checks';
import { chaosKinds, readDirectives } from './faults';
import { startSandbox, type Sandbox } from './index';
import { create, statusOf, validBody, videoUrlIn, type ProviderName } from './testClient';

let sandbox: Sandbox;
const everyone: ProviderName[] = ['aimlApi', 'evoLink', 'vtrix'];

beforeAll(async () => {
	sandbox = await startSandbox({ jobSeconds: 0 });
});
afterEach(() => sandbox.reset());
afterAll(async () => await sandbox.stop());

async function tryCreate(provider: ProviderName, prompt: string): Promise<{ status: number; body: Record<string, unknown> }> {
	return await create(sandbox, provider, validBody(provider, prompt)).catch(() => ({ status: 0, body: {} }));
}

describe('faults when creating', () => {
	it.each([
		['429', { aimlApi: 429, evoLink: 429, vtrix: 429 }, 0],
		['401', { aimlApi: 401, evoLink: 401, vtrix: 401 }, 0],
		['403credits', { aimlApi: 403, evoLink: 402, vtrix: 403 }, 0],
		['redirect', { aimlApi: 307, evoLink: 307, vtrix: 307 }, 0],
		['redirectHere', { aimlApi: 302, evoLink: 302, vtrix: 302 }, 0],
		['403html', { aimlApi: 403, evoLink: 403, vtrix: 403 }, 0],
		['resetBefore', { aimlApi: 0, evoLink: 0, vtrix: 0 }, 0],
		['reset', { aimlApi: 0, evoLink: 0, vtrix: 0 }, 1],
		['200html', { aimlApi: 200, evoLink: 200, vtrix: 200 }, 1],
		['notPacked', { aimlApi: 0, evoLink: 0, vtrix: 0 }, 1],
		['halfPacked', { aimlApi: 0, evoLink: 0, vtrix: 0 }, 1],
		['truncate', { aimlApi: 0, evoLink: 0, vtrix: 0 }, 1],
		['500', { aimlApi: 500, evoLink: 500, vtrix: 500 }, 1],
		['503', { aimlApi: 503, evoLink: 503, vtrix: 503 }, 1],
		['502html', { aimlApi: 502, evoLink: 502, vtrix: 502 }, 1],
		['empty', { aimlApi: 200, evoLink: 200, vtrix: 200 }, 1],
		['othershape', { aimlApi: 200, evoLink: 200, vtrix: 200 }, 1],
		['drop', { aimlApi: 0, evoLink: 0, vtrix: 0 }, 1],
		['hang hang=0.2', { aimlApi: 200, evoLink: 200, vtrix: 200 }, 1],
	])('create=%s: status %j, jobs per create %i', async (fault, statuses, jobs) => {
		for (const provider of everyone) {
			const { status, body } = await tryCreate(provider, `a cat [sandbox create=${fault}]`);
			expect([provider, status]).toEqual([provider, statuses[provider]]);
			if (!fault.startsWith('hang')) expect(body.id).toBeUndefined();
		}
		expect(sandbox.jobs).toHaveLength(3 * jobs);
		expect(sandbox.creates).toHaveLength(3);
	});

	it('a counted fault ends, and each prompt counts for itself', async () => {
		const statuses = [];
		for (const prompt of ['a', 'a', 'b', 'a']) statuses.push((await tryCreate('aimlApi', `${prompt} [sandbox create=429:2 retryAfter=3]`)).status);
		expect(statuses).toEqual([429, 429, 429, 200]);
	});

	it('tells when to come back', async () => {
		const { headers } = await create(sandbox, 'evoLink', validBody('evoLink', '[sandbox create=429 retryAfter=3]'));
		expect(headers.get('retry-after')).toBe('3');
		sandbox.faults.retryAfter = '7';
		const other = await create(sandbox, 'evoLink', validBody('evoLink', '[sandbox create=429]'));
		expect(other.headers.get('retry-after')).toBe('7');
	});

	it.each([
		['date', 'retry-after', /^\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT$/],
		['ms', 'retry-after-ms', /^1500$/],
		['nonsense', 'retry-after', /^when the moon is full$/],
		['year', 'retry-after', /^31536000$/],
	])('tells when to come back as a %s', async (word, header, form) => {
		for (const kind of ['429', '503']) {
			const { headers } = await create(sandbox, 'evoLink', validBody('evoLink', `${kind} [sandbox create=${kind} retryAfter=${word}]`));
			expect(headers.get(header)).toMatch(form);
		}
	});

	it('answers slowly, and whole', async () => {
		const { body } = await tryCreate('evoLink', 'a cat [sandbox create=slow]');
		expect(body.id).toBe(sandbox.jobs[0]?.id);
	});

	it('gives ids with characters that need care, by which the jobs are found', async () => {
		const prompts = Array.from({ length: 20 }, (_, index) => `${index} [sandbox id=odd]`);
		for (const provider of everyone) {
			for (const prompt of prompts) {
				const { body } = await tryCreate(provider, prompt);
				expect((await statusOf(sandbox, provider, body.id)).body.id).toBe(body.id);
			}
		}
		const endings = new Set(sandbox.jobs.map(({ id }) => /[^\w:/.-].*$/.exec(id)?.[0]));
		expect(endings.size).toBeGreaterThan(3);
		expect((await tryCreate('aimlApi', 'a cat [sandbox id=/../x]')).body.id).toMatch(/\/\.\.\/x$/);
	});

	it('faults queue up from code, for a provider or a prompt', async () => {
		sandbox.faults.create.push({ kind: '500', provider: 'vtrix' }, { kind: '429', prompt: 'dog', times: 2 });
		const seen = [];
		for (const [provider, prompt] of [['aimlApi', 'cat'], ['aimlApi', 'dog'], ['vtrix', 'dog'], ['vtrix', 'dog'], ['vtrix', 'dog']] as const) {
			seen.push((await tryCreate(provider, prompt)).status);
		}
		expect(seen).toEqual([200, 429, 500, 429, 200]);
		expect(sandbox.faults.create).toEqual([]);
	});

	it('a cap on jobs at once', async () => {
		sandbox.settings.maxConcurrentJobs = 1;
		const statuses = [];
		for (const provider of ['aimlApi', 'aimlApi', 'evoLink'] as const) statuses.push((await tryCreate(provider, '[sandbox seconds=10]')).status);
		expect(statuses).toEqual([200, 429, 200]);
		sandbox.clock.advance(10_000);
		expect((await tryCreate('aimlApi', 'next')).status).toBe(200);
	});

	it.each(['[sandbox creat=429]', '[sandbox create=418]', '[sandbox fail=boredom]', '[sandbox seconds=x]', '[sandbox status=429:x]'])('a typo is refused: %s', async (prompt) => {
		expect((await tryCreate('evoLink', prompt)).status).toBe(400);
	});

	it('reads several directives', () => {
		expect(readDirectives('a [sandbox seconds=5 status=500:1] b [sandbox slow]')).toMatchObject({ seconds: 5, slow: true, faults: { status: { kind: '500', times: 1 } }, unknown: [] });
	});
});

describe('faults when asking and downloading', () => {
	it.each([
		['429:2', [429, 429, 200]],
		['500:1', [500, 200, 200]],
		['502html:1', [502, 200, 200]],
		['empty:1', [200, 200, 200]],
		['othershape:1', [200, 200, 200]],
		['drop:1', [0, 200, 200]],
		['404', [404, 404, 404]],
	])('status=%s: %j', async (fault, expected) => {
		for (const provider of everyone) {
			const { body } = await tryCreate(provider, `a cat [sandbox status=${fault}]`);
			const seen = [];
			for (let asked = 0; asked < 3; asked += 1) seen.push(await statusOf(sandbox, provider, body.id).catch(() => ({ status: 0, body: {} })));
			expect(seen.map(({ status }) => status)).toEqual(expected);
			const first = seen[0]?.body ?? {};
			expect('id' in first).toBe(false);
		}
	});

	it('status=noLink:1: ended without a link to its video, then with it', async () => {
		for (const provider of everyone) {
			const { body } = await tryCreate(provider, 'a cat [sandbox status=noLink:1]');
			const [first, second] = [(await statusOf(sandbox, provider, body.id)).body, (await statusOf(sandbox, provider, body.id)).body];
			expect([provider, first.status, JSON.stringify(first).includes('http')]).toEqual([provider, second.status, false]);
			expect(videoUrlIn(second)).toMatch(/mp4$/);
		}
	});

	it('status=backwards: ended, then queued again, then ended', async () => {
		for (const provider of everyone) {
			const { body } = await tryCreate(provider, 'a cat');
			const seen: unknown[] = [];
			for (const isSpoilt of [false, true, false]) {
				if (isSpoilt) sandbox.faults.status.push({ kind: 'backwards' });
				const { body: told } = await statusOf(sandbox, provider, body.id);
				seen.push([told.status, videoUrlIn(told) !== '']);
			}
			expect(seen[2]).toEqual(seen[0]);
			expect(seen[1]).toEqual([{ aimlApi: 'queued', evoLink: 'pending', vtrix: 'pending' }[provider], false]);
			expect(sandbox.jobs.at(-1)?.status).toBe('completed');
		}
	});

	it('draws of every kind that a client can live through, the same ones for the same seed', async () => {
		const draw = async (): Promise<string[]> => {
			sandbox.reset();
			sandbox.faults.chaos = { seed: 3, percent: { status: 100 } };
			const seen: string[] = [];
			for (let asked = 0; asked < 150; asked += 1) seen.push(sandbox.faults.take('status', 'vtrix', 'a cat', 'job 1')?.kind ?? 'none');
			return seen;
		};
		const first = await draw();
		expect(await draw()).toEqual(first);
		expect(new Set(first)).toEqual(new Set(chaosKinds.status));
	});

	it('answers far more than it looks, and deeper than it needs', async () => {
		const { body } = await tryCreate('evoLink', 'a cat');
		sandbox.faults.status.push({ kind: 'packedBomb' }, { kind: 'deep' });
		const headers = { authorization: `Bearer ${sandbox.apiKeys.evoLink}` };
		const bomb = await new Promise<IncomingMessage>((resolve) => get(`${sandbox.baseUrls.evoLink}/v1/tasks/${String(body.id)}`, { headers }, resolve));
		expect(bomb.headers).toMatchObject({ 'content-encoding': 'gzip', 'content-type': 'application/json' });
		expect(Number(bomb.headers['content-length'])).toBeLessThan(600_000);
		let unpacked = 0;
		for await (const chunk of bomb.pipe(createGunzip())) unpacked += Buffer.from(chunk).length;
		expect(unpacked).toBe(400 * 1_048_576 + 2);
		const deep = await statusOf(sandbox, 'evoLink', body.id);
		let depth = 0;
		for (let part: unknown = deep.body; isRecord(part); part = part.data) depth += 1;
		expect(depth).toBe(100_000);
	}, 120_000);

	it.each([['slow:1', 200], ['reset:1', 0], ['500:1', 500], ['403credits:1', 403], ['404:1', 404], ['502html:1', 502], ['drop:1', 0], ['truncate:1', 0]])('download=%s: %i, then the video', async (fault, expected) => {
		const { body } = await tryCreate('vtrix', `[sandbox download=${fault}]`);
		const url = videoUrlIn((await statusOf(sandbox, 'vtrix', body.id)).body);
		const status = async () => await fetch(url).then(async (response) => (await response.arrayBuffer(), response.status)).catch(() => 0);
		expect([await status(), await status()]).toEqual([expected, 200]);
	});

	it('serves parts of a video', async () => {
		const { body } = await tryCreate('vtrix', 'a cat');
		const url = videoUrlIn((await statusOf(sandbox, 'vtrix', body.id)).body);
		const whole = Buffer.from(await (await fetch(url)).arrayBuffer());
		const part = async (range: string) => await fetch(url, { headers: { range } });
		expect(Buffer.from(await (await part('bytes=4-7')).arrayBuffer()).toString()).toBe('ftyp');
		expect((await part('bytes=0-')).headers.get('content-range')).toBe(`bytes 0-${whole.length - 1}/${whole.length}`);
		expect(Buffer.from(await (await part('bytes=-5')).arrayBuffer())).toEqual(whole.subarray(-5));
		expect((await part(`bytes=${whole.length}-`)).status).toBe(416);
		expect((await fetch(url, { method: 'HEAD' })).headers.get('content-length')).toBe(String(whole.length));
	});
});

describe('faults by chance', () => {
	const prompts = Array.from({ length: 40 }, (_, index) => `video ${index}`);
	const run = async (seed: number, order: string[]): Promise<Record<string, string | null>> => {
		sandbox.reset();
		sandbox.faults.chaos = { seed, percent: { create: 50 } };
		await Promise.all(order.map(async (prompt) => await tryCreate('vtrix', prompt)));
		return Object.fromEntries(sandbox.creates.map(({ prompt, fault }) => [prompt, fault]));
	};

	it('are the same for the same seed, whatever the order, and others for another', async () => {
		const first = await run(7, prompts);
		expect(await run(7, prompts.toReversed())).toEqual(first);
		expect(await run(8, prompts)).not.toEqual(first);
		const kinds = Object.values(first).filter((kind) => kind !== null);
		expect(kinds.length).toBeGreaterThan(8);
		expect(kinds.length).toBeLessThan(32);
		expect(new Set(kinds).size).toBeGreaterThan(5);
	});

	it('spare a job in time: the tries of one prompt are drawn one by one', async () => {
		sandbox.faults.chaos = { seed: 1, percent: { create: 50 }, kinds: { create: ['429'] } };
		const statuses = [];
		for (let tries = 0; tries < 20; tries += 1) statuses.push((await tryCreate('vtrix', 'a cat')).status);
		expect(new Set(statuses)).toEqual(new Set([200, 429]));
	});
});

describe('leaks', () => {
	it.each<[string, (key: string) => Promise<unknown>]>([
		['the key at the CDN', async (key) => await fetch(sandbox.imageUrl('1280x720'), { headers: { authorization: `Bearer ${key}` } })],
		['any Authorization at the CDN', async () => await fetch(sandbox.imageUrl('1280x720'), { headers: { authorization: 'Basic x' } })],
		['the key in a CDN URL', async (key) => await fetch(`${sandbox.imageUrl('1280x720')}?token=${key}`)],
		['the key in its own API’s URL', async (key) => await fetch(`${sandbox.baseUrls.evoLink}/v1/credits?key=${key}`)],
		['the key at another provider', async (key) => await fetch(`${sandbox.baseUrls.vtrix}/llm/v1/models`, { headers: { authorization: `Bearer ${key}` } })],
		['the key in a body', async (key) => await create(sandbox, 'evoLink', validBody('evoLink', key))],
		['the key where nothing is', async (key) => await fetch(`${sandbox.url}/nowhere`, { headers: { 'x-key': key } })],
		['the key behind a redirect', async (key) => {
			sandbox.faults.status.push({ kind: 'redirect' });
			const { body } = await tryCreate('evoLink', 'a cat');
			const answer = await statusOf(sandbox, 'evoLink', body.id);
			await fetch(answer.headers.get('location') ?? '', { headers: { authorization: `Bearer ${key}` } });
		}],
	])('%s', async (_name, act) => {
		await act(sandbox.apiKeys.evoLink);
		expect(sandbox.leaks).toHaveLength(1);
	});

	it('none in a job’s whole life', async () => {
		for (const provider of everyone) {
			const { body } = await tryCreate(provider, 'a cat');
			await fetch(videoUrlIn((await statusOf(sandbox, provider, body.id)).body));
		}
		expect(sandbox.leaks).toEqual([]);
		expect(sandbox.requests.map(({ provider, status }) => `${provider} ${status}`)).toEqual(everyone.flatMap((provider) => [`${provider} 200`, `${provider} 200`, 'cdn 200']));
	});
});

describe('control, for other processes', () => {
	const control = async (path: string, body?: unknown): Promise<unknown> => {
		const init = body === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
		const answer: unknown = await (await fetch(`${sandbox.url}/control${path}`, init)).json();
		return answer;
	};

	it('drives clock, faults and settings, and tells what happened', async () => {
		await control('/faults', { create: [{ kind: '500', times: 1 }], retryAfter: '2' });
		expect((await tryCreate('aimlApi', 'a cat')).status).toBe(500);
		expect((await tryCreate('aimlApi', 'a cat')).status).toBe(200);
		const before = sandbox.clock.now();
		await control('/clock', { advance: 5000, speed: 2 });
		expect(sandbox.clock.now() - before).toBeGreaterThanOrEqual(5000);
		expect(sandbox.clock.speed).toBe(2);
		await control('/faults', { chaos: { seed: 3, percent: { status: 100 } } });
		expect(sandbox.faults.chaos).toEqual({ seed: 3, percent: { status: 100 } });
		await control('/settings', { jobSeconds: 30 });
		expect(sandbox.settings.jobSeconds).toBe(30);
		expect(await control('/counters')).toMatchObject({ requests: 2, jobs: 2, byPrompt: { 'a cat': { creates: 2, jobs: 2 } } });
		expect(await control('/jobs')).toMatchObject([{ provider: 'aimlApi', status: 'completed' }, { prompt: 'a cat' }]);
		expect(await control('/')).toMatchObject({ baseUrls: sandbox.baseUrls, apiKeys: sandbox.apiKeys });
		await control('/reset', {});
		expect(await control('/requests')).toEqual([]);
	});

	it.each<[string, unknown]>([['/clock', { advanceMs: 1 }], ['/faults', { create: [{ kind: 'boom' }] }], ['/faults', { status: [{ kind: 'resetBefore' }] }], ['/faults', { create: [{ kind: 'noLink' }] }], ['/faults', { chaos: { percent: {} } }], ['/settings', { jobSecond: 1 }], ['/nothing', {}]])('refuses %s %j', async (path, body) => {
		const answer = await control(path, body);
		expect(isRecord(answer) && typeof answer.error).toBe('string');
	});
});
