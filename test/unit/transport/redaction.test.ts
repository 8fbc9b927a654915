import fc from 'fast-check';

import { redactBody } from '../../../nodes/SoraVideo/transport/http/callProvider';
import { redactorOf } from '../../../nodes/SoraVideo/transport/connection';

const keys = ['sk-plain-key-1234', 'sk-"quoted"-key', 'sk-back\\slash-key', 'sk-with/slash+and=', 'sk-a","b":"c-key', 'sk-"all"/of\\it', 'sk- blank & more', 'sk-Schlüssel-ß👋'];

describe.each(keys)('the key %s', (key) => {
	const redact = redactorOf(key);
	const json = JSON.stringify(key);

	it.each<[string, string]>([
		['as it is', `no key ${key} here`],
		['in JSON', `{"key":${json}}`],
		['in JSON with escaped slashes', `{"key":${json.replaceAll('/', '\\/')}}`],
		['in JSON within JSON', JSON.stringify({ body: `{"key":${json}}` })],
		['in a URL', `https://example.com/?key=${encodeURIComponent(key)}&x=1`],
		['in a URL in small letters', `https://example.com/?key=${encodeURIComponent(key).replace(/%../g, (escape) => escape.toLowerCase())}&x=1`],
		['in a form', `a=1&${new URLSearchParams({ key: key.replace(/[!'()~*]/g, '') }).toString()}`],
		...['', 'u', 'us', 'user:'].flatMap((before): Array<[string, string]> => [
			[`in Base64 behind "${before}"`, `Basic ${Buffer.from(`${before}${key}:`).toString('base64')}`],
			[`in Base64 for URLs behind "${before}"`, `token=${Buffer.from(`${before}${key}`).toString('base64url')}`],
		]),
	])('is taken out of text %s', (_name, text) => {
		const clean = redact(text);
		for (const form of [key, json.slice(1, -1), encodeURIComponent(key)]) expect(clean).not.toContain(form);
		expect(Buffer.from(clean.replace(/^\S+[ =]/, ''), 'base64').toString()).not.toContain(key.slice(2, -2));
		expect(clean).toContain('(API key)');
	});

	it('is taken out of a body, wherever it stands, and all else stays', () => {
		const body = { error: { message: `bad ${key}`, list: [1, null, { deep: [key] }], [key]: true }, id: 'video_1', said: JSON.stringify({ key }) };
		const clean = redactBody(body, redact);
		expect(clean).toEqual({
			error: { message: 'bad (API key)', list: [1, null, { deep: ['(API key)'] }], '(API key)': true },
			id: 'video_1',
			said: '{"key":"(API key)"}',
		});
	});
});

it('a body without the key stays as it is', () => {
	const redact = redactorOf('sk-"quoted"-key');
	fc.assert(
		fc.property(fc.jsonValue(), (value) => {
			const before = JSON.stringify(value);
			expect(JSON.stringify(redactBody(value, redact))).toBe(before);
		}),
	);
});

it('a short key, which could be a part of any word, is left', () => {
	expect(redactorOf('seven77')('seven77 videos')).toBe('seven77 videos');
	expect(redactorOf(null)('text')).toBe('text');
});

it('a body of a hundred thousand levels is read to its end', () => {
	const text = `${'{"a":'.repeat(100_000)}"sk-plain-key-1234"${'}'.repeat(100_000)}`;
	let value: unknown = redactBody(JSON.parse(text), redactorOf('sk-plain-key-1234'));
	while (typeof value === 'object' && value !== null && 'a' in value) value = value.a;
	expect(value).toBe('(API key)');
});

it('a field named like a prototype stays a field', () => {
	const body: unknown = JSON.parse('{"__proto__":{"message":"sk-plain-key-1234"},"x":1}');
	expect(JSON.stringify(redactBody(body, redactorOf('sk-plain-key-1234')))).toBe('{"__proto__":{"message":"(API key)"},"x":1}');
});
