import { createHash } from 'node:crypto';

/** A number from 0 up to 1 that is the same for the same words, in whatever order it is asked for. */
export function chance(...words: ReadonlyArray<string | number>): number {
	return createHash('sha256').update(JSON.stringify(words)).digest().readUInt32BE(0) / 2 ** 32;
}

/** One of a list, by the same rule. */
export function pick<T>(list: readonly T[], ...words: ReadonlyArray<string | number>): T | undefined {
	return list[Math.floor(chance('pick', ...words) * list.length)];
}
