import fc from 'fast-check';

import { SlidingWindow } from '../../../nodes/SoraVideo/waiting/CreateWindow';

/** When each of several creates, which want to be sent at these times, is sent. */
function sendAll(limit: { count: number; seconds: number }, wanted: readonly number[]): number[] {
	const window = new SlidingWindow(limit);
	let now = 0;
	return wanted.map((at) => {
		now = Math.max(now, at);
		for (let wait = window.take(now); wait > 0; wait = window.take(now)) now += wait;
		return now;
	});
}

it('sends at once what keeps within the limit', () => {
	expect(sendAll({ count: 3, seconds: 10 }, [0, 0, 1_000])).toEqual([0, 0, 1_000]);
});

it('sends the next one when the oldest has left the window', () => {
	expect(sendAll({ count: 2, seconds: 10 }, [0, 4_000, 5_000, 5_000, 5_000])).toEqual([0, 4_000, 10_000, 14_000, 20_000]);
});

it('never sends more in any stretch than the limit says, and waits for no other reason', () => {
	const limits = fc.record({ count: fc.integer({ min: 1, max: 20 }), seconds: fc.integer({ min: 1, max: 60 }) });
	const times = fc.array(fc.integer({ min: 0, max: 300_000 }), { maxLength: 200 }).map((list) => [...list].sort((a, b) => a - b));
	fc.assert(
		fc.property(limits, times, (limit, wanted) => {
			const sent = sendAll(limit, wanted);
			sent.forEach((at, index) => {
				const before = sent.slice(0, index).filter((other) => other > at - limit.seconds * 1000);
				expect(before.length).toBeLessThan(limit.count);
				const soonest = Math.max(wanted[index] ?? 0, sent[index - 1] ?? 0, (sent[index - limit.count] ?? -Infinity) + limit.seconds * 1000);
				expect(at).toBe(soonest);
			});
		}),
	);
});
