import { parseArgs } from 'node:util';

import { Explorer, readCorpus, slowestAllowed as limit, writeCorpus } from './fuzz';
import type { Outcome } from './fuzz';
import { parsers } from './parsers';
import type { Parser } from './parsers';

function quote(input: Buffer): string {
	const text = JSON.stringify(input.toString('latin1'));
	return text.length > 400 ? `${text.slice(0, 400)}… (${input.length} bytes)` : text;
}

function tell({ name }: Parser, { tried, throws, slowest }: Outcome, found: number, reached: number): void {
	console.log(`${name}: ${tried} inputs, ${reached} blocks reached, ${found} inputs kept, ${throws.length} throws, slowest ${slowest.milliseconds.toFixed(1)} ms`);
	for (const { what, input } of throws.slice(0, 3)) console.log(`  throws: ${what.split('\n').slice(0, 4).join('\n    ')}\n  of ${quote(input)}`);
	if (slowest.milliseconds > limit) console.log(`  slow: ${quote(slowest.input)}`);
	if (throws.length > 0 || slowest.milliseconds > limit) process.exitCode = 1;
}

function main(): void {
	const { values } = parseArgs({ options: { seconds: { type: 'string' }, only: { type: 'string' }, seed: { type: 'string' } } });
	const chosen = parsers.filter(({ name, corpus }) => values.only === undefined || name === values.only || corpus === values.only);
	if (chosen.length === 0) throw new Error(`--only takes ${[...new Set(parsers.flatMap(({ name, corpus }) => [corpus, name]))].join(', ')}`);
	const seconds = Number(values.seconds ?? 300) / chosen.length;
	const seed = Number(values.seed ?? 1);
	const explorer = new Explorer();
	for (const corpus of new Set(chosen.map((parser) => parser.corpus))) {
		const kept = readCorpus(corpus);
		explorer.forget();
		for (const parser of chosen.filter((each) => each.corpus === corpus)) {
			const { outcome, found } = explorer.explore(parser, kept, seconds, seed);
			kept.push(...found);
			tell(parser, outcome, found.length, explorer.reached);
		}
		writeCorpus(corpus, kept);
	}
}

main();
