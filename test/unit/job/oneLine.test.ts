import { oneLine } from '../../../nodes/SoraVideo/job/oneLine';

it.each([
	['Sea', 'Sea'],
	['Sea\n2026-11-26 | info | forged', 'Sea 2026-11-26 | info | forged'],
	['a\r\n\tb', 'a b'],
	['\u001b[31mred\u001b[0m', ' [31mred [0m'],
	['a\u2028b\u2029c', 'a b c'],
	['\u202egpj.exe', ' gpj.exe'],
	['Ein Schiff 🚢 aus Papier', 'Ein Schiff 🚢 aus Papier'],
])('%j', (text, expected) => {
	expect(oneLine(text)).toBe(expected);
});
