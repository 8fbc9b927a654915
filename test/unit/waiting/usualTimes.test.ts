import fc from 'fast-check';

import { UsualTimes } from '../../../nodes/SoraVideo/waiting/usualTimes';
import { ranges, simulate, simulateLearning, nothingKnown, ours, usualTime } from '../../bench/simulate';

function after(...endings: Array<[after: number, before: number]>): UsualTimes {
	const times = new UsualTimes();
	for (const [late, before] of endings) times.note('a', { after: late, before });
	return times;
}

describe('UsualTimes', () => {
	it('knows nothing of a model that it has not seen, but what its table says', () => {
		expect(after([80, 90]).usual('b', null)).toBeNull();
		expect(after().usual('a', 85)).toBe(85);
	});

	it('takes a job to have ended between two looks, and the middle one of the last jobs', () => {
		expect(after([80, 90]).usual('a', null)).toBe(85);
		expect(after([80, 90], [30, 40], [3000, 3010]).usual('a', null)).toBe(85);
	});

	it('counts the table as one ending', () => {
		expect(after([80, 90]).usual('a', 45)).toBe(65);
		expect(after([80, 90], [80, 90], [80, 90]).usual('a', 10)).toBe(85);
	});

	it.each([[0, 90], [40, 90], [-5, 10], [NaN, 10], [5, NaN], [0, 0]])('learns nothing of looks at %s and %s', (late, before) => {
		expect(after([late, before]).usual('a', null)).toBeNull();
	});

	it('forgets what was long ago', () => {
		const old = Array.from({ length: 50 }, (): [number, number] => [80, 90]);
		const now = Array.from({ length: 9 }, (): [number, number] => [20, 30]);
		expect(after(...old, ...now).usual('a', null)).toBe(25);
	});

	it('forgets the models that were used longest ago, and no others', () => {
		const times = new UsualTimes();
		times.note('first', { after: 80, before: 90 });
		for (let index = 0; index < 499; index += 1) times.note(`model ${index}`, { after: 80, before: 90 });
		times.note('first', { after: 80, before: 90 });
		times.note('one more', { after: 80, before: 90 });
		expect([times.usual('first', null), times.usual('model 0', null), times.usual('model 1', null)]).toEqual([85, null, 85]);
	});

	it('is positive and finite, or nothing, whatever was noted', () => {
		fc.assert(
			fc.property(fc.array(fc.tuple(fc.double({ min: -1e9, max: 1e9 }), fc.double({ min: -1e9, max: 1e9 }))), (endings) => {
				const usual = after(...endings).usual('a', null) ?? 1;
				expect(Number.isFinite(usual) && usual > 0).toBe(true);
			}),
			{ seed: 1, numRuns: 2000 },
		);
	});
});

describe('a model that no table knows', () => {
	it.each(ranges)('$from–$to s: its fifth job is met much as one whose time is known', (range) => {
		const [first, fifth] = simulateLearning(range, [1, 5], { jobs: 2000 });
		const blind = simulate(ours, range, nothingKnown, { jobs: 2000 });
		const known = simulate(ours, range, usualTime((range.from + range.to) / 2), { jobs: 2000 });
		expect(first?.meanRequests).toBeCloseTo(blind.meanRequests, 0);
		expect(fifth?.meanLateness).toBeLessThan(known.meanLateness * 1.6);
		expect(fifth?.meanRequests).toBeLessThan(known.meanRequests * 1.3);
	});
});
