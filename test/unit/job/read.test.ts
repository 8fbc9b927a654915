import fc from 'fast-check';

import {
	firstText,
	isObject,
	objectAt,
	readLinks,
	readNumber,
	readProgress,
	readSentence,
	readText,
	readTime,
	showValue,
} from '../../../nodes/SoraVideo/job/read';

describe('isObject', () => {
	it.each([
		['object', {}, true],
		['null', null, false],
		['list', [], false],
		['text', 'a', false],
		['number', 1, false],
		['undefined', undefined, false],
	])('%s', (_name, value, expected) => {
		expect(isObject(value)).toBe(expected);
		expect(isObject(objectAt(value))).toBe(true);
	});
});

describe('readText', () => {
	it.each([
		['text', 'abc', 'abc'],
		['text with spaces around', ' abc\n', 'abc'],
		['number', 42, '42'],
		['zero', 0, '0'],
		['empty', '', null],
		['blank', ' \t', null],
		['null', null, null],
		['undefined', undefined, null],
		['object', {}, null],
		['list', ['a'], null],
		['truth', true, null],
		['NaN', Number.NaN, null],
		['Infinity', Infinity, null],
	])('%s', (_name, value, expected) => {
		expect(readText(value)).toBe(expected);
	});

	it('keeps line breaks inside', () => {
		expect(readText('a\n  b\nc')).toBe('a\n  b\nc');
	});

	it('firstText takes the first that has text', () => {
		expect(firstText(null, '', {}, 7, 'later')).toBe('7');
		expect(firstText(undefined, null)).toBeNull();
	});
});

describe('readSentence', () => {
	it.each([
		['words', ' Service is busy\n', 'Service is busy'],
		['empty', '', null],
		['HTML', '<html></html>', null],
		['HTML after a line break', '\n <!doctype html>', null],
		['object', { message: 'a' }, null],
		['number', 5, null],
		['null', null, null],
	])('%s', (_name, body, expected) => {
		expect(readSentence(body)).toBe(expected);
	});

	it('cuts what is too long for a message', () => {
		expect(readSentence('a'.repeat(100_000))?.length).toBeLessThanOrEqual(1000);
	});
});

describe('readNumber', () => {
	it.each([
		['number', 1.5, 1.5],
		['text', '1.5', 1.5],
		['zero', 0, 0],
		['zero as text', '0', 0],
		['negative', '-3', -3],
		['empty', '', null],
		['blank', ' ', null],
		['words', 'soon', null],
		['number and words', '4 seconds', null],
		['null', null, null],
		['truth', true, null],
		['list', [4], null],
		['NaN', Number.NaN, null],
		['Infinity', -Infinity, null],
		['Infinity as text', 'Infinity', null],
	])('%s', (_name, value, expected) => {
		expect(readNumber(value)).toBe(expected);
	});
});

describe('readProgress', () => {
	it.each([
		['EvoLink 0', 0, 100, 0],
		['EvoLink 45', 45, 100, 45],
		['EvoLink 100', 100, 100, 100],
		['EvoLink text', '45', 100, 45],
		['Vtrix 0', 0, 1, 0],
		['Vtrix 0.45', 0.45, 1, 45],
		['Vtrix 1', 1, 1, 100],
		['Vtrix text', '0.45', 1, 45],
		['below', -5, 100, 0],
		['above', 130, 100, 100],
		['missing', undefined, 100, null],
		['null', null, 1, null],
		['words', 'half', 100, null],
		['object', {}, 100, null],
	] as const)('%s', (_name, value, whole, expected) => {
		expect(readProgress(value, whole)).toBe(expected);
	});
});

describe('readTime', () => {
	const expected = '2025-09-06T14:42:23.000Z';

	it.each([
		['unix seconds (as EvoLink sends them)', 1757169743],
		['unix seconds as text', '1757169743'],
		['unix milliseconds', 1757169743000],
		['unix milliseconds as text', '1757169743000'],
		['ISO 8601 UTC', '2025-09-06T14:42:23Z'],
		['ISO 8601 with milliseconds', '2025-09-06T14:42:23.000Z'],
		['ISO 8601 with offset', '2025-09-06T22:42:23+08:00'],
	])('%s', (_name, value) => {
		expect(readTime(value)).toBe(expected);
	});

	it.each([
		['missing', undefined],
		['null', null],
		['empty', ''],
		['words', 'just now'],
		['object', {}],
		['list', []],
		['truth', true],
		['NaN', Number.NaN],
		['beyond the calendar', 8.64e18],
		['beyond the calendar, negative', -1e300],
		["Go's time that was never set", '0001-01-01T00:00:00Z'],
		["Go's time that was never set, in seconds", -62135596800],
		['no time', -1],
		['the beginning of all clocks', '1970-01-01T00:00:00Z'],
		['a while, and no time', 86400],
		['a day in digits', '20261120'],
		['microseconds', 1757169743000000],
	])('%s is null', (_name, value) => {
		expect(readTime(value)).toBeNull();
	});

	it('any number or text is null or a time that reads back', () => {
		fc.assert(
			fc.property(fc.oneof(fc.double(), fc.string(), fc.integer()), (value) => {
				const time = readTime(value);
				if (time !== null) expect(new Date(time).toISOString()).toBe(time);
			}),
			{ seed: 1, numRuns: 1000 },
		);
	});
});

describe('readLinks', () => {
	it('keeps http(s) links in their order, each once', () => {
		expect(
			readLinks([
				'https://a.example/2.mp4',
				['http://a.example/1.mp4', 'https://a.example/2.mp4'],
				'HTTPS://A.example/3.mp4',
			]),
		).toEqual(['https://a.example/2.mp4', 'http://a.example/1.mp4', 'HTTPS://A.example/3.mp4']);
	});

	it.each([
		['file', 'file:///etc/passwd'],
		['data', 'data:video/mp4;base64,AAAA'],
		['javascript', 'javascript:alert(1)'],
		['ftp', 'ftp://a.example/1.mp4'],
		['no scheme', 'a.example/1.mp4'],
		['scheme inside', 'x https://a.example/1.mp4'],
		['number', 5],
		['null', null],
		['object', { url: 'https://a.example/1.mp4' }],
	])('%s is no link', (_name, value) => {
		expect(readLinks([value])).toEqual([]);
	});
});

describe('showValue', () => {
	const own: unknown[] = [];
	own.push(own);
	const circular: Record<string, unknown> = {};
	circular.self = circular;

	it.each([
		['text', 'a "b"', 'a "b"'],
		['an object', { a: [1] }, '{"a":[1]}'],
		['a BigInt', 12n, '12'],
		['a BigInt within', { id: 12n }, '{"id":"12"}'],
		['nothing', undefined, 'undefined'],
		['a symbol', Symbol('x'), 'symbol'],
		['an object that holds itself', circular, 'an object that is no JSON'],
		['a list that holds itself', own, 'a list that is no JSON'],
	])('%s', (_name, value, shown) => {
		expect(showValue(value)).toBe(shown);
	});
});
