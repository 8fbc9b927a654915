import { mergeBody } from '../../../../nodes/SoraVideo/models/fitting/mergeBody';

describe('mergeBody', () => {
	it.each([
		['nothing added', { a: 1 }, {}, { a: 1 }],
		['a new field', { a: 1 }, { b: 2 }, { a: 1, b: 2 }],
		['a replaced field', { a: 1 }, { a: '2' }, { a: '2' }],
		['null takes a field out', { a: 1, b: 2 }, { a: null }, { b: 2 }],
		['null for a field that is not there', { a: 1 }, { b: null }, { a: 1 }],
		['false, 0 and empty text are values', { a: 1, b: 1, c: 1 }, { a: false, b: 0, c: '' }, { a: false, b: 0, c: '' }],
		['lists and objects replace as wholes', { a: { x: 1 }, b: [1] }, { a: { y: null }, b: [] }, { a: { y: null }, b: [] }],
	])('%s', (_name, own, additional, expected) => {
		expect(mergeBody(own, additional)).toStrictEqual(expected);
	});

	it('changes neither side', () => {
		const own = Object.freeze({ a: 1 });
		const additional = Object.freeze({ a: null, b: 2 });
		expect(mergeBody(own, additional)).toStrictEqual({ b: 2 });
	});

	it('keeps keys that objects treat specially as plain fields', () => {
		const additional: unknown = JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}');
		if (typeof additional !== 'object' || additional === null) throw new Error('not an object');
		const merged = mergeBody({ a: 1 }, { ...additional });
		expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
		expect(merged).not.toHaveProperty('polluted');
		expect(merged).toHaveProperty('a', 1);
	});
});
