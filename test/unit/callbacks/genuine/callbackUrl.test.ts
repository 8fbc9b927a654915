import { createHmac } from 'node:crypto';

import fc from 'fast-check';

import { addCorrelation, addModel, longestLife, readCallbackQuery, signCallbackUrl, type Sign } from '../../../../nodes/SoraVideo/callbacks/genuine/callbackUrl';

const signWith = (key: string) => (text: string) => createHmac('sha256', key).update(text).digest('base64url');
const sign = signWith('key-1');
const url = 'https://n8n.example.com/webhook/1f0c/callback?mode=a%20b&x=%7E';
const now = Date.UTC(2026, 10, 26);

/** As Express parses a query. */
function queryOf(link: string): Record<string, string> {
	return Object.fromEntries(new URL(link).searchParams);
}

const read = async (query: unknown, key: Sign = sign, at = now) => await readCallbackQuery(query, async () => await Promise.resolve(key), at);
const signed = (correlation?: string) => signCallbackUrl(correlation === undefined ? url : addCorrelation(url, correlation), sign, now);

it('comes back as it was given, whatever it is', async () => {
	await fc.assert(
		fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1 }), async (text) => {
			const link = signed(text);
			expect(link.startsWith(url)).toBe(true);
			expect(await read(queryOf(link))).toEqual({ token: expect.stringMatching(/^[\w-]{16}$/), correlation: text, model: null });
		}),
	);
});

it('has a token of its own at each reading, with and without a correlation', async () => {
	const tokens = await Promise.all([signed(), signed(), signed('order 7'), signed('order 7')].map(async (link) => await read(queryOf(link))));
	expect(new Set(tokens.map((each) => each?.token)).size).toBe(4);
	expect(tokens.map((each) => each?.correlation)).toEqual([null, null, 'order 7', 'order 7']);
});

it('adds a few bytes, and always as many', () => {
	expect(signCallbackUrl(url, sign, now).length - url.length).toBe('&soraVideoToken='.length + 16 + 1 + 6 + 1 + 22);
});

it('without either is a call of anybody, and the credential is not read', async () => {
	const unread = async () => await Promise.reject(new Error('read'));
	expect(await readCallbackQuery(queryOf(url), unread, now)).toEqual({ token: null, correlation: null, model: null });
	expect(await readCallbackQuery(undefined, unread, now)).toEqual({ token: null, correlation: null, model: null });
});

it('brings the model back, signed or not, as far as it is one', async () => {
	const model = 'fal-ai/veo3.1/image-to-video';
	const link = addModel(url, model);
	expect(await read(queryOf(link))).toEqual({ token: null, correlation: null, model });
	const query = queryOf(signCallbackUrl(addCorrelation(link, 'order 7'), sign, now));
	expect(await read(query)).toMatchObject({ correlation: 'order 7', model });
	for (const soraVideoModel of [undefined, 'fal-ai/other', [model], { a: model }]) expect(await read({ ...query, soraVideoModel })).toBeNull();
	for (const soraVideoModel of ['', [model], { a: model }]) expect(await read({ soraVideoModel })).toEqual({ token: null, correlation: null, model: null });
});

describe('is not believed', () => {
	const query = queryOf(signed('order 7'));
	const { soraVideoToken: token = '' } = query;
	const bare = queryOf(signed());
	it.each<[string, object]>([
		['with the correlation changed', { ...query, correlation: 'order 8' }],
		['with its case changed', { ...query, correlation: 'Order 7' }],
		['with a correlation put to it', { ...bare, correlation: 'order 7' }],
		['with its correlation taken away', { soraVideoToken: token }],
		['without a token', { correlation: 'order 7' }],
		['with an empty token', { ...query, soraVideoToken: '' }],
		['with another correlation\'s token', { ...query, soraVideoToken: bare.soraVideoToken }],
		['with one letter of the token changed', { ...query, soraVideoToken: (token.startsWith('A') ? 'B' : 'A') + token.slice(1) }],
		['with a longer life', { ...query, soraVideoToken: token.replace(/\.(\w+)\./, (_all, expiry: string) => `.${(parseInt(expiry, 36) + 1).toString(36)}.`) }],
		['with the token given twice', { ...query, soraVideoToken: [token, token] }],
		['with the token as an object', { ...query, soraVideoToken: { a: token } }],
		['with the correlation given twice', { ...query, correlation: ['order 7', 'order 8'] }],
		['with the correlation as an object', { ...query, correlation: { a: 'order 7' } }],
		['with an empty correlation', { ...query, correlation: '' }],
	])('%s', async (_name, changed) => {
		expect(await read(changed)).toBeNull();
	});

	it('signed with another key, or read without one', async () => {
		expect(await read(query, signWith('key-2'))).toBeNull();
		expect(await read(query, () => null)).toBeNull();
	});

	it('after a week', async () => {
		expect(await read(query, sign, now + longestLife)).not.toBeNull();
		expect(await read(query, sign, now + longestLife + 1)).toBeNull();
	});

	it('and what can be no token costs no reading of the credential', async () => {
		let readings = 0;
		const readSign = async () => {
			readings += 1;
			return await Promise.resolve(sign);
		};
		for (const forged of ['x', 'x'.repeat(100_000), `${token}x`, token.replace('.', ''), null, 7]) {
			expect(await readCallbackQuery({ soraVideoToken: forged }, readSign, now)).toBeNull();
		}
		expect(await readCallbackQuery(query, readSign, now + 2 * longestLife)).toBeNull();
		expect(readings).toBe(0);
		expect(await readCallbackQuery({ ...query, correlation: 'order 8' }, readSign, now)).toBeNull();
		expect(readings).toBe(1);
	});
});

it('replaces what the URL held before', async () => {
	const again = signCallbackUrl(addCorrelation(signed('old'), 'new'), sign, now);
	expect(await read(queryOf(again))).toMatchObject({ correlation: 'new' });
	expect(['correlation', 'soraVideoToken'].map((name) => new URL(again).searchParams.getAll(name).length)).toEqual([1, 1]);
});

it('leaves what is no URL alone, for the check to name it; and any URL where the credential has no key', () => {
	expect(addCorrelation('n8n/webhook', 'x')).toBe('n8n/webhook');
	expect(signCallbackUrl('n8n/webhook', sign, now)).toBe('n8n/webhook');
	expect(signCallbackUrl(url, () => null, now)).toBe(url);
});

it('writes half a pair of surrogates as what stands for it, which any URL can hold', async () => {
	expect(await read(queryOf(signed('a\uD800')))).toMatchObject({ correlation: 'a\uFFFD' });
});
