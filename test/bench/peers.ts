import type { Schedule } from './simulate';

/**
 * How other packages wait, read from their source (the versions, and figures measured with them, are
 * in the project's review of peers of 2026-11-20). Where it isn't known whether a peer asks before
 * its first sleep, it is taken to be the cheaper way.
 */

interface Fixed {
	/** Milliseconds between two looks. */
	interval: number;
	/** Whether the first look comes before the first sleep. */
	asksAtOnce?: boolean;
	/** Milliseconds after which no look is begun. */
	cap?: number;
	reaction?: number;
}

function fixed(name: string, { interval, asksAtOnce = false, cap = Infinity, reaction }: Fixed): Schedule {
	return {
		name,
		reaction,
		*looks() {
			for (let at = asksAtOnce ? 0 : interval; at <= cap; at += interval) yield at;
		},
	};
}

const minute = 60_000;

/** 5 s, by half as much again with every minute, up to 30 s. */
const json2Video: Schedule = {
	name: 'JSON2Video',
	*looks() {
		for (let at = 5_000; at <= 60 * minute; at += Math.min(30_000, 5_000 * 1.5 ** Math.floor(at / minute))) yield at;
	},
};

export const peers: readonly Schedule[] = [
	// Sleeps once more after the look that saw the ending.
	fixed("n8n's OpenAI", { interval: 10_000, asksAtOnce: true, reaction: 10_000 }),
	fixed("n8n's MiniMax, Alibaba", { interval: 15_000, asksAtOnce: true, cap: 15 * minute }),
	fixed("n8n's Gemini", { interval: 5_000 }),
	fixed('fal', { interval: 5_000, cap: 10 * minute }),
	fixed('Seedance', { interval: 20_000, asksAtOnce: true, cap: 20 * minute }),
	json2Video,
	fixed('kie-pro', { interval: 3_000, asksAtOnce: true, cap: 5 * minute }),
	fixed('WaveSpeed', { interval: 2_000, asksAtOnce: true, cap: 10 * minute }),
	fixed('Atlas', { interval: 2_000, asksAtOnce: true, cap: 15 * minute }),
	fixed('AI/ML API', { interval: 2_000, asksAtOnce: true, cap: 118_000 }),
	fixed('PiAPI', { interval: 3_000, cap: minute }),
];
