import { parseArgs } from 'node:util';

export const legs = ['sqlite', 'queue', 'soak'] as const;
export type Leg = (typeof legs)[number];

export interface ChaosOptions {
	/** Videos to ask for, over the legs with kills together. */
	jobs: number;
	seed: number;
	only: Leg[];
	/** Seconds of running between one kill and the next. */
	killEvery: number;
	/** Of the soak. */
	minutes: number;
}

function amount(name: string, text: string | undefined, fallback: number): number {
	const value = Number(text ?? fallback);
	if (!Number.isFinite(value) || value <= 0) throw new Error(`--${name} must be a number above 0, not ${text}`);
	return value;
}

function isLeg(name: string): name is Leg {
	return legs.some((leg) => leg === name);
}

/** @throws Error where an option can't be read. */
export function readOptions(args: string[]): ChaosOptions {
	const string = { type: 'string' } as const;
	const { values } = parseArgs({ args, options: { jobs: string, seed: string, only: string, 'kill-every': string, minutes: string } });
	const only = (values.only ?? 'sqlite,queue').split(',');
	const stranger = only.find((name) => !isLeg(name));
	if (stranger !== undefined) throw new Error(`--only takes ${legs.join(', ')}, not ${stranger}`);
	return {
		jobs: amount('jobs', values.jobs, 2000),
		seed: amount('seed', values.seed, 1),
		only: only.filter(isLeg),
		killEvery: amount('kill-every', values['kill-every'], 20),
		minutes: amount('minutes', values.minutes, 30),
	};
}
