import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { Coverage } from './coverage';
import { Chance, mutate, namesIn } from './mutate';
import type { Parser } from './parsers';

/** Milliseconds that no input may take. */
export const slowestAllowed = 50;

/** An input of which a parser threw, or that took it long. */
export interface Finding {
	parser: string;
	what: string;
	input: Buffer;
}

/** What trying one parser gave. */
export interface Outcome {
	tried: number;
	throws: Finding[];
	/** Milliseconds, and the input that took them. */
	slowest: { milliseconds: number; input: Buffer };
}

const folder = path.join(__dirname, 'corpus');
/** Longer inputs aren't kept: what they reach, shorter ones reach as well. */
const longestKept = 1_500;

function fileOf(corpus: string): string {
	return path.join(folder, `${corpus}.json`);
}

/** The kept inputs of a corpus. Those of JSON and text stand as text, other bytes as Base64 behind `base64:`. */
export function readCorpus(corpus: string): Buffer[] {
	if (!existsSync(fileOf(corpus))) return [];
	const texts: unknown = JSON.parse(readFileSync(fileOf(corpus), 'utf8'));
	return (Array.isArray(texts) ? texts.map(String) : []).map((text) => (text.startsWith('base64:') ? Buffer.from(text.slice(7), 'base64') : Buffer.from(text)));
}

export function writeCorpus(corpus: string, inputs: readonly Buffer[]): void {
	const texts = inputs.map((input) => (Buffer.from(input.toString()).equals(input) ? input.toString() : `base64:${input.toString('base64')}`));
	writeFileSync(fileOf(corpus), `${JSON.stringify([...new Set(texts)], null, '\t')}\n`);
}

function millisecondsOf(parser: Parser, input: Buffer): number {
	const from = performance.now();
	parser.read(input);
	return performance.now() - from;
}

/** What this much longer than the slowest before is tried again: a busy machine, or V8 at its garbage, isn't the parser. */
const triesAgain = 4;

function tryOne(parser: Parser, input: Buffer, outcome: Outcome): void {
	outcome.tried += 1;
	try {
		let milliseconds = millisecondsOf(parser, input);
		for (let again = 0; again < triesAgain && milliseconds > outcome.slowest.milliseconds; again += 1) {
			milliseconds = Math.min(milliseconds, millisecondsOf(parser, input));
		}
		if (milliseconds > outcome.slowest.milliseconds) outcome.slowest = { milliseconds, input };
	} catch (error) {
		outcome.throws.push({ parser: parser.name, what: error instanceof Error ? (error.stack ?? error.message) : String(error), input });
	}
}

function newOutcome(): Outcome {
	return { tried: 0, throws: [], slowest: { milliseconds: 0, input: Buffer.alloc(0) } };
}

/** The inputs of one parser: those kept, and what chance makes of them. */
class Inputs {
	private readonly names: string[];

	constructor(private readonly parser: Parser, readonly kept: Buffer[], private readonly chance: Chance) {
		this.names = namesIn(kept);
	}

	next(): Buffer {
		const [one, other] = [this.chance.pick(this.kept), this.chance.pick(this.kept)];
		return mutate(one ?? Buffer.from('{}'), other ?? Buffer.from('{}'), this.parser.form, this.names, this.chance);
	}
}

/** Tries a parser with so many inputs made of its corpus. */
export function tryMany(parser: Parser, count: number, seed: number): Outcome {
	const outcome = newOutcome();
	const inputs = new Inputs(parser, readCorpus(parser.corpus), new Chance(seed));
	for (let left = count; left > 0; left -= 1) tryOne(parser, inputs.next(), outcome);
	return outcome;
}

/** Looks for inputs that reach code which none before has reached. */
export class Explorer {
	private readonly coverage = new Coverage();
	/** Blocks that ran so far, in whichever parser. */
	private readonly seen = new Set<string>();

	get reached(): number {
		return this.seen.size;
	}

	/** Before parsers whose inputs are others. */
	forget(): void {
		this.seen.clear();
	}

	/** Those of the inputs by which something new ran: halved until each is alone, since asking V8 takes a while. */
	private findNew(parser: Parser, inputs: readonly Buffer[], outcome: Outcome): Buffer[] {
		for (const input of inputs) tryOne(parser, input, outcome);
		const fresh = this.coverage.take().filter((block) => !this.seen.has(block));
		if (fresh.length === 0) return [];
		const half = inputs.length >> 1;
		const found = half === 0 ? [...inputs] : [...this.findNew(parser, inputs.slice(0, half), outcome), ...this.findNew(parser, inputs.slice(half), outcome)];
		for (const block of fresh) this.seen.add(block);
		return found;
	}

	/** @returns What came of it, and new inputs that are worth keeping. */
	explore(parser: Parser, corpus: readonly Buffer[], seconds: number, seed: number): { outcome: Outcome; found: Buffer[] } {
		const outcome = newOutcome();
		const inputs = new Inputs(parser, [...corpus], new Chance(seed));
		this.findNew(parser, corpus, outcome);
		const end = performance.now() + seconds * 1000;
		while (performance.now() < end) inputs.kept.push(...this.findNew(parser, Array.from({ length: 256 }, () => inputs.next()), outcome));
		return { outcome, found: inputs.kept.slice(corpus.length).filter(({ length }) => length <= longestKept) };
	}
}
