import fc from 'fast-check';

import { nextLook } from '../../../nodes/SoraVideo/waiting/schedule';
import type { WaitSoFar } from '../../../nodes/SoraVideo/waiting/schedule';

const minute = 60_000;
/** No figure of the schedule's, which is tuned, but a wait that nobody would call asking. */
const longest = 5 * minute;

/** The times of all looks until the one that finds the job ended. */
function looks(endsAt: number, hints: Omit<WaitSoFar, 'elapsed' | 'progress'>, progressAt?: (elapsed: number) => number) {
	const times: number[] = [];
	let elapsed = 0;
	while (elapsed < endsAt && times.length < 5000) {
		elapsed += nextLook({ ...hints, elapsed, progress: progressAt?.(elapsed) ?? null });
		times.push(elapsed);
	}
	return times;
}

const randoms = [0, 0.25, 0.5, 0.999];
const likelies = [null, 30_000, 85_000, 5 * minute];

describe('nextLook', () => {
	it('is positive, finite and bounded for any wait of up to a day', () => {
		const wait = fc.record({
			elapsed: fc.integer({ min: 0, max: 24 * 60 * minute }),
			likely: fc.option(fc.integer({ min: 0, max: 24 * 60 * minute })),
			progress: fc.option(fc.integer({ min: 0, max: 100 })),
			random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
		});
		fc.assert(
			fc.property(wait, (soFar) => {
				const next = nextLook(soFar);
				expect(next).toBeGreaterThan(0);
				expect(next).toBeLessThanOrEqual(longest);
			}),
			{ seed: 1, numRuns: 5000 },
		);
	});

	it('is positive, finite and bounded for any numbers at all', () => {
		const wait = fc.record({
			elapsed: fc.double(),
			likely: fc.option(fc.double()),
			progress: fc.option(fc.double()),
			random: fc.double({ min: 0, max: 1 }),
		});
		fc.assert(
			fc.property(wait, (soFar) => {
				const next = nextLook(soFar);
				expect(next).toBeGreaterThan(0);
				expect(next).toBeLessThanOrEqual(longest);
			}),
			{ seed: 1, numRuns: 5000 },
		);
	});

	it.each([
		['a clock set back', { elapsed: -60 * minute, likely: null, progress: null, random: 0.5 }],
		['a clock that tells nothing', { elapsed: Number.NaN, likely: null, progress: null, random: 0.5 }],
		['an endless estimate', { elapsed: 20 * minute, likely: Infinity, progress: null, random: 0.5 }],
		['progress stuck at 10 % for an hour', { elapsed: 60 * minute, likely: null, progress: 10, random: 0.5 }],
		['progress stuck at 50 % for half an hour', { elapsed: 30 * minute, likely: null, progress: 50, random: 0.5 }],
	])('%s delays no look beyond bounds', (_name, soFar) => {
		const next = nextLook(soFar);
		expect(next).toBeGreaterThan(0);
		expect(next).toBeLessThanOrEqual(longest);
	});

	it.each(likelies)('has an early look for jobs refused at once (likely %s ms)', (likely) => {
		for (const random of randoms) {
			const [first] = looks(10 * minute, { likely, random });
			expect(first).toBeGreaterThan(0);
			expect(first).toBeLessThanOrEqual(10_000);
		}
	});

	it.each([
		['1.2 minutes (sora-2-pro-t2v page)', 74_000],
		['1.5 minutes (sora-2-pro-i2v page)', 90_000],
		['5 minutes (estimated_time)', 5 * minute],
		['half an hour', 30 * minute],
	])('finds a job of %s soon after its end, in few looks', (_name, endsAt) => {
		for (const likely of likelies) {
			for (const random of randoms) {
				const times = looks(endsAt, { likely, random });
				const found = times[times.length - 1] ?? Infinity;
				// An estimate far too long may cost as much again as the job took.
				const misled = likely !== null && likely > 2 * endsAt;
				expect(found - endsAt).toBeLessThanOrEqual(misled ? endsAt * 1.25 : Math.max(30_000, endsAt * 0.25));
				expect(times.length).toBeLessThanOrEqual(endsAt / 1000);
			}
		}
	});

	it.each([30_000, 85_000, 3 * minute, 20 * minute])('sees a job far quicker than its usual %s ms in at most twice the time it took', (likely) => {
		for (const random of [...randoms, 0.1, 0.6, 0.9]) {
			// A job that ended right after a look is seen latest; the looks before its ending are the same for all.
			const times = looks(likely * 0.72, { likely, random });
			const ratios = times.map((time, index) => time / Math.max(4_300, times[index - 1] ?? 0));
			expect(Math.max(...ratios)).toBeLessThanOrEqual(2);
		}
	});

	it('finds a job that tells its progress soon after its end', () => {
		const endsAt = 5 * minute;
		const progressAt = (elapsed: number) => Math.min(99, Math.round((elapsed / endsAt) * 100));
		for (const random of randoms) {
			const times = looks(endsAt, { likely: null, random }, progressAt);
			expect((times[times.length - 1] ?? Infinity) - endsAt).toBeLessThanOrEqual(30_000);
		}
	});

	it.each(randoms)('never asks twice within a second (random %s)', (random) => {
		for (const likely of likelies) {
			const times = looks(5 * minute, { likely, random });
			const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
			expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1000);
		}
	});

	it('spreads the looks of many jobs by chance', () => {
		const soFar = { elapsed: 2 * minute, likely: null, progress: null };
		const spread = new Set(randoms.map((random) => nextLook({ ...soFar, random })));
		expect(spread.size).toBe(randoms.length);
	});
});
