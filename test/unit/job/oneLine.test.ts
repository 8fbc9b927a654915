import fc from 'fast-check';

import { oneLine } from '../../../nodes/SoraVideo/job/oneLine';

it.each([
	['a\nb', 'a b'],
	['a\r\n\t b', 'a  b'],
	['\u001B[31mred\u001B[0m', '[31mred [0m'],
	['a\u2028b\u2029c\u0085d', 'a b c d'],
	['bad\u202Egpj.exe', 'bad gpj.exe'],
	['Grüße, 你好 👋', 'Grüße, 你好 👋'],
	['\n\n', ''],
])('%j is %j', (text, expected) => {
	expect(oneLine(text)).toBe(expected);
});

it('is cut to a length, and never within a character', () => {
	expect(oneLine('x'.repeat(20), 10)).toBe(`${'x'.repeat(10)}…`);
	expect(oneLine('123456789👋', 10)).toBe('123456789…');
	expect(oneLine('x'.repeat(10), 10)).toBe('x'.repeat(10));
	expect(oneLine('x'.repeat(100_000))).toBe('x'.repeat(100_000));
});

it('is one line, whatever it was', () => {
	fc.assert(
		fc.property(fc.string({ unit: 'binary', maxLength: 3_000 }), (text) => {
			const line = oneLine(text, 1_000);
			expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
			expect(line.length).toBeLessThanOrEqual(1_001);
		}),
	);
});
