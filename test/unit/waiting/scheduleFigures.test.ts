import { peers } from '../../bench/peers';
import { estimate, nothingKnown, ours, ranges, simulate, usualTime } from '../../bench/simulate';

const named = ranges.map((range) => ({ ...range, name: `${range.from}–${range.to} s`, range }));
const middle = { from: 60, to: 120 };

describe('what the schedule costs, over 20,000 jobs', () => {
	it.each([80, 85, 90, 95])('60–120 s, the usual time known to be %s s', (seconds) => {
		const { meanLateness, meanRequests, givenUp } = simulate(ours, middle, usualTime(seconds));
		const isRight = seconds === 90;
		expect(meanLateness).toBeLessThanOrEqual(isRight ? 1.5 : 1.8);
		expect(meanRequests).toBeLessThanOrEqual(isRight ? 13 : 16);
		expect(givenUp).toBe(0);
	});

	it("60–120 s, the provider's estimate right within 20 %", () => {
		const { meanLateness, meanRequests, givenUp } = simulate(ours, middle, estimate(0.2));
		expect(meanLateness).toBeLessThanOrEqual(1);
		expect(meanRequests).toBeLessThanOrEqual(12);
		expect(givenUp).toBe(0);
	});

	it.each(named)('$name, nothing known: no peer is better in lateness and requests at once', ({ range }) => {
		const own = simulate(ours, range, nothingKnown);
		expect(own.givenUp).toBe(0);
		const better = peers.filter((peer) => {
			const { meanLateness, meanRequests, givenUp } = simulate(peer, range);
			// What gives jobs up counts the jobs it saw, and those only.
			return givenUp === 0 && meanLateness <= own.meanLateness && meanRequests <= own.meanRequests;
		});
		expect(better.map(({ name }) => name)).toEqual([]);
	});

	it.each(named)('$name: an estimate that is far off still finds the jobs within a minute', ({ range }) => {
		for (const factor of [0.2, 0.5, 2, 5]) {
			const { meanLateness, givenUp } = simulate(ours, range, (endsAt) => ({
				likely: endsAt * factor,
				isEstimate: true,
			}), { jobs: 1000 });
			expect(meanLateness).toBeLessThanOrEqual(60);
			expect(givenUp).toBe(0);
		}
	});

	it.each(named)('$name: more knowledge never costs more requests at the same lateness', ({ from, to, range }) => {
		const [blind, usual, estimated] = [nothingKnown, usualTime((from + to) / 2), estimate(0.2)].map((knowledge) =>
			simulate(ours, range, knowledge, { jobs: 4000 }),
		);
		if (!blind || !usual || !estimated) throw new Error('nothing simulated');
		expect(usual.meanLateness).toBeLessThan(blind.meanLateness);
		expect(estimated.meanLateness).toBeLessThan(usual.meanLateness);
		expect(estimated.meanRequests).toBeLessThan(blind.meanRequests);
	});
});
