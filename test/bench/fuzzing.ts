import { tryMany } from '../fuzz/fuzz';
import type { Outcome } from '../fuzz/fuzz';
import { parsers } from '../fuzz/parsers';
import type { Section } from './report';

/** Inputs for each parser. */
const count = 100_000;

/** Part i: parsers, and whatever comes. */
export async function benchFuzzing(): Promise<Section> {
	const byKind = new Map<string, Outcome[]>();
	for (const parser of parsers) {
		const [kind = ''] = parser.name.split(' of ');
		const outcome = tryMany(parser, count, 1);
		for (const { what, input } of outcome.throws.slice(0, 3)) console.error(`${parser.name} throws ${what}\nof ${input.toString('base64')}`);
		byKind.set(kind, [...(byKind.get(kind) ?? []), outcome]);
	}
	const rows = [...byKind].map(([kind, outcomes]) => [
		outcomes.length > 1 ? `${kind}, of ${outcomes.length} providers` : kind,
		outcomes.reduce((sum, { tried }) => sum + tried, 0).toLocaleString('en'),
		outcomes.reduce((sum, { throws }) => sum + throws.length, 0),
		`${Math.max(...outcomes.map(({ slowest }) => slowest.milliseconds)).toFixed(1)} ms`,
	]);
	return await Promise.resolve({
		part: 'i',
		title: 'Parsers, and whatever comes',
		how: `${count.toLocaleString('en')} inputs for each parser, made by chance (seed 1) of the inputs that \`npm run fuzz\` has kept: values changed, moved, nested and left out, bytes changed, and rows of up to 64 KB of one character. A throw of any kind counts. The slowest input counts by the quickest of five tries, so that it is the parser's time and not the machine's.`,
		tables: [{ head: ['', 'inputs', 'throws', 'slowest input'], rows }],
	});
}
