import fc from 'fast-check';

import {
	describeLimits,
	needed,
	quoteProblem,
	readBooleanValue,
	readChoiceValue,
	readNumberValue,
	readObjectValue,
	readTextValue,
} from '../../../nodes/SoraVideo/job/readParameter';

describe('readTextValue', () => {
	it.each([
		['a boat', 'a boat'],
		['  a boat\n', 'a boat'],
		[7, '7'],
		['', null],
		['   ', null],
		[null, null],
		[undefined, null],
	])('%j is %j', (given, value) => {
		expect(readTextValue(given)).toEqual({ value });
	});

	it.each([[{ text: 'a boat' }], [['a boat']], [true], [NaN]])('%j is no text', (given) => {
		expect(readTextValue(given)).toEqual({ expected: 'text' });
	});
});

describe('readBooleanValue', () => {
	it.each([
		[true, true],
		['true', true],
		[' True ', true],
		[1, true],
		['yes', true],
		[false, false],
		['false', false],
		[0, false],
		['off', false],
		['', null],
		[undefined, null],
	])('%j is %j', (given, value) => {
		expect(readBooleanValue(given)).toEqual({ value });
	});

	it.each([['perhaps'], [2], [{}], [[true]]])('%j is neither', (given) => {
		expect(readBooleanValue(given)).toEqual({ expected: 'true or false' });
	});
});

describe('readNumberValue', () => {
	const seconds = { min: 1, max: 600, unit: 'seconds' };

	it.each([
		[8, 8],
		['8', 8],
		[' 8 ', 8],
		['8s', 8],
		['8 seconds', 8],
		['1e2', 100],
		['', null],
		[null, null],
	])('%j is %j', (given, value) => {
		expect(readNumberValue(given, seconds)).toEqual({ value });
	});

	it.each([[0], ['0'], [-1], [601], [1.5], ['8m'], ['eight'], [{}], [[8]], [true], [Infinity], ['1.2.3']])(
		'%j is none of its limits',
		(given) => {
			expect(readNumberValue(given, seconds)).toEqual({ expected: 'a whole number of seconds, 1 to 600' });
		},
	);

	it.each(['500 MB', '500mb', '500 megabytes', '500m'])('takes a unit in full and for short: %s', (given) => {
		expect(readNumberValue(given, { min: 1, unit: 'megabytes', symbol: 'MB' })).toEqual({ value: 500 });
	});

	it('says what a number without an upper limit may be', () => {
		expect(readNumberValue(0, { min: 1 })).toEqual({ expected: 'a whole number, 1 or more' });
		expect(readNumberValue('x', { min: 0, isWhole: false })).toEqual({ expected: 'a number, 0 or more' });
	});
});

describe('readChoiceValue', () => {
	const choices = [
		{ value: 'url', name: 'URL' },
		{ value: 'binary', name: 'Binary Data' },
	];

	it.each([
		['url', 'url'],
		['URL', 'url'],
		[' Binary Data ', 'binary'],
		['', null],
		[undefined, null],
	])('%j is %j', (given, value) => {
		expect(readChoiceValue(given, choices)).toEqual({ value });
	});

	it.each([['link'], [true], [1], [{}]])('%j is none of them', (given) => {
		expect(readChoiceValue(given, choices)).toEqual({ expected: '"url" or "binary"' });
	});
});

describe('readObjectValue', () => {
	it.each([
		[{ seed: 7 }, { seed: 7 }],
		['{"seed": 7}', { seed: 7 }],
		['', {}],
		[null, {}],
	])('%j is %j', (given, value) => {
		expect(readObjectValue(given)).toEqual({ value });
	});

	it('none that can\'t be written as JSON', () => {
		const circular: Record<string, unknown> = {};
		circular.self = circular;
		for (const given of [circular, { id: 12n }]) expect(readObjectValue(given)).toEqual({ expected: 'a JSON object like {"seed": 7}' });
	});

	it.each([['[1]'], [[1]], [7], ['7'], [true]])('%j is no object', (given) => {
		expect(readObjectValue(given)).toEqual({ expected: 'a JSON object like {"seed": 7}' });
	});

	it('says where text stops being JSON, and that a line ends within a text', () => {
		expect(readObjectValue('{\n"style": "slow\nmotion"}')).toEqual({
			expected:
				'a JSON object like {"seed": 7} (it stops being JSON in line 2, at character 15, where a line ends within a text (write \\n in its place))',
		});
	});
});

it('a field that must not be left empty says so', () => {
	const expected = describeLimits({ min: 1, max: 60, unit: 'seconds', isWhole: false });
	expect(needed(readNumberValue('', { min: 1 }), expected)).toEqual({ expected: 'a number of seconds, 1 to 60' });
	expect(needed(readNumberValue(5, { min: 1 }), expected)).toEqual({ value: 5 });
	expect(needed({ expected: 'text' }, expected)).toEqual({ expected: 'text' });
	expect(quoteProblem('Timeout', undefined, expected)).toBe('Timeout is empty: give a number of seconds, 1 to 60');
});

it('a problem quotes what was given, and not more of it than can be read', () => {
	expect(quoteProblem('Duration', 'eight', 'a whole number')).toBe('Duration is "eight": give a whole number');
	expect(quoteProblem('Prompt', { text: 'a boat' }, 'text')).toBe('Prompt is {"text":"a boat"}: give text');
	expect(quoteProblem('Prompt', ['x'.repeat(500)], 'text').length).toBeLessThan(120);
});

it('a number with a long row of blanks behind it is looked through once', () => {
	expect(readNumberValue(`8${' '.repeat(500_000)}!`, { min: 1 })).toEqual({ expected: 'a whole number, 1 or more' });
});

it('no value makes a reader throw', () => {
	fc.assert(
		fc.property(fc.anything(), (value) => {
			for (const read of [readTextValue, readBooleanValue, readObjectValue]) read(value);
			readNumberValue(value, { min: 1 });
			readChoiceValue(value, [{ value: 'url', name: 'URL' }]);
		}),
	);
});
