import { nextLook } from '../../nodes/SoraVideo/waiting/schedule';
import { UsualTimes } from '../../nodes/SoraVideo/waiting/usualTimes';

/** One simulated job. Times in milliseconds since its creation. */
export interface SimulatedJob {
	endsAt: number;
	/** What this package's node would know of its time; peers make nothing of it. */
	likely: number | null;
	isEstimate: boolean;
}

/** A client's way to wait: the times at which it asks for a job, until it gives up. */
export interface Schedule {
	name: string;
	looks: (job: SimulatedJob, random: () => number) => Iterable<number>;
	/** Milliseconds from the look that sees the ending until the client acts on it. */
	reaction?: number;
}

export interface Figures {
	/** Seconds from a job's end until its client knows of it. */
	meanLateness: number;
	p95Lateness: number;
	/** Looks per job. */
	meanRequests: number;
	/** The share of jobs given up before they ended. */
	givenUp: number;
}

/** How long jobs take, in seconds, all lengths between equally often. */
export interface Range {
	from: number;
	to: number;
}

export const ranges: readonly Range[] = [
	{ from: 20, to: 60 },
	{ from: 60, to: 120 },
	{ from: 120, to: 300 },
];

/** Nobody waits for ever: the default of the node's Timeout. */
const timeout = 1_800_000;

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	};
}

/** What is known of a job that ends after so many milliseconds. */
export type Knowledge = (endsAt: number, random: () => number) => Pick<SimulatedJob, 'likely' | 'isEstimate'>;

export const nothingKnown: Knowledge = () => ({ likely: null, isEstimate: false });

/** The model's usual time, in seconds. */
export function usualTime(seconds: number): Knowledge {
	return () => ({ likely: seconds * 1000, isEstimate: false });
}

/** The provider's own estimate, off by a share of up to `error` either way. */
export function estimate(error: number): Knowledge {
	return (endsAt, random) => ({ likely: endsAt * (1 + (random() * 2 - 1) * error), isEstimate: true });
}

/** This package's schedule. */
export const ours: Schedule = {
	name: 'n8n-nodes-sora-video',
	*looks({ likely, isEstimate }, random) {
		for (let elapsed = 0; elapsed < timeout; yield elapsed) {
			elapsed += nextLook({ elapsed, likely, isEstimate, progress: null, random: random() });
		}
	},
};

/** Waits for many jobs by a schedule, on paper. Equal seeds give equal jobs. */
export function simulate(
	schedule: Schedule,
	range: Range,
	knowledge: Knowledge = nothingKnown,
	{ jobs = 20_000, seed = 1 } = {},
): Figures {
	const random = seededRandom(seed);
	const chance = seededRandom(seed + 1);
	const latenesses: number[] = [];
	let requests = 0;
	for (let job = 0; job < jobs; job += 1) {
		const endsAt = (range.from + random() * (range.to - range.from)) * 1000;
		for (const at of schedule.looks({ endsAt, ...knowledge(endsAt, random) }, chance)) {
			requests += 1;
			if (at < endsAt) continue;
			latenesses.push((at + (schedule.reaction ?? 0) - endsAt) / 1000);
			break;
		}
	}
	latenesses.sort((one, other) => one - other);
	const sum = latenesses.reduce((total, lateness) => total + lateness, 0);
	return {
		meanLateness: sum / latenesses.length,
		p95Lateness: latenesses[Math.floor(latenesses.length * 0.95)] ?? NaN,
		meanRequests: requests / jobs,
		givenUp: 1 - latenesses.length / jobs,
	};
}

/** Jobs of a new model one after the other, in as many histories as `jobs`: the figures of some of them. */
export function simulateLearning(range: Range, positions: readonly number[], { jobs = 5_000, seed = 1 } = {}): Figures[] {
	const random = seededRandom(seed);
	const chance = seededRandom(seed + 1);
	const seen = positions.map(() => ({ latenesses: [] as number[], requests: 0 }));
	for (let history = 0; history < jobs; history += 1) {
		const times = new UsualTimes();
		for (let position = 1; position <= Math.max(...positions); position += 1) {
			const endsAt = (range.from + random() * (range.to - range.from)) * 1000;
			const looks = [0];
			for (const at of ours.looks({ endsAt, likely: times.usual('model', null), isEstimate: false }, chance)) {
				looks.push(at);
				if (at >= endsAt) break;
			}
			const [after = 0, before = 0] = looks.slice(-2);
			times.note('model', { after, before });
			const kept = seen[positions.indexOf(position)];
			kept?.latenesses.push((before - endsAt) / 1000);
			if (kept) kept.requests += looks.length - 1;
		}
	}
	return seen.map(({ latenesses, requests }) => {
		latenesses.sort((one, other) => one - other);
		return {
			meanLateness: latenesses.reduce((total, lateness) => total + lateness, 0) / jobs,
			p95Lateness: latenesses[Math.floor(jobs * 0.95)] ?? NaN,
			meanRequests: requests / jobs,
			givenUp: 0,
		};
	});
}
