import fc from 'fast-check';

import { parseCutOffJson, parseJson } from '../../../../nodes/SoraVideo/job/answers/parseJson';

describe('parseJson', () => {
	it.each([
		['{"id":4326796003218200779}', { id: '4326796003218200779' }],
		['{"id":-4326796003218200779,"n":[9007199254740993]}', { id: '-4326796003218200779', n: ['9007199254740993'] }],
		['{"id":9007199254740991}', { id: 9007199254740991 }],
		['{"text":"4326796003218200779 \\" 4326796003218200779"}', { text: '4326796003218200779 " 4326796003218200779' }],
		['{"f":0.12345678901234567,"e":1234567890123456789e3}', { f: 0.12345678901234567, e: 1234567890123456789e3 }],
		['not JSON 4326796003218200779', 'not JSON 4326796003218200779'],
		['', ''],
	])('%s', (text, value) => {
		expect(parseJson(text)).toEqual(value);
	});

	it('is JSON.parse for everything whose numbers a number keeps', () => {
		fc.assert(
			fc.property(fc.jsonValue(), (value) => {
				fc.pre(!/(?<![.\d])\d{16,}(?![.\d])/.test(JSON.stringify(value)));
				expect(parseJson(JSON.stringify(value))).toEqual(JSON.parse(JSON.stringify(value)));
			}),
			{ seed: 1, numRuns: 2000 },
		);
	});
});

it('a text of 20 MB beside a long number is read', () => {
	const video = 'a'.repeat(20_000_000);
	expect(parseJson(`{"id":4326796003218200779,"video":"${video}"}`)).toEqual({ id: '4326796003218200779', video });
});

it('a text whose end is missing, full of marks, is looked through once', () => {
	const text = `{"id":4326796003218200779,"a":"${'\\"'.repeat(500_000)}`;
	expect(parseJson(text)).toBe(text);
	expect(parseCutOffJson(text)).toEqual({ id: '4326796003218200779' });
});

describe('parseCutOffJson', () => {
	it.each([
		['{"id":"video_1","status":"que', { id: 'video_1' }],
		['{"code":200,"data":[{"task_id":"t,1","status":"submitted"', { code: 200, data: [{ task_id: 't,1' }] }],
		['{"id":"a\\",b","x":1', { id: 'a",b' }],
		['[[{"a":1},[2],[3', [[{ a: 1 }, [2]]]],
		['{"id":"video_1', null],
		['<html>, ', null],
		['plain, text', null],
	])('%s', (text, value) => {
		expect(parseCutOffJson(text)).toEqual(value);
	});

	it('gives nothing that was not there, wherever the text is cut', () => {
		const whole = JSON.stringify({ code: 0, data: { task_id: 't_1', status: 'completed', list: [1, { a: 'b' }] }, z: 'x' });
		const pairs = new Set(whole.match(/"\w+":(?:"[^"]*"|\d)/g));
		for (let end = 0; end <= whole.length; end += 1) {
			const found = JSON.stringify(parseCutOffJson(whole.slice(0, end))).match(/"\w+":(?:"[^"]*"|\d)/g) ?? [];
			for (const pair of found) expect(pairs).toContain(pair);
		}
	});
});
