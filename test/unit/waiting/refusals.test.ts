import { pauseAfterRefusal } from '../../../nodes/SoraVideo/waiting/refusals';
import type { Refusal } from '../../../nodes/SoraVideo/waiting/refusals';

const minute = 60_000;

function aRefusal(changes: Partial<Refusal> = {}): Refusal {
	return { status: 401, refusedFor: 0, before: 0, wasGood: true, age: 10 * minute, ...changes };
}

/** When a job is asked for again, in milliseconds from the first refusal, while all are refused. */
function asksAfter(changes: Partial<Refusal>): number[] {
	const times: number[] = [];
	for (let at = 0, age = changes.age ?? 10 * minute; times.length < 50; ) {
		const pause = pauseAfterRefusal(aRefusal({ ...changes, refusedFor: at, before: times.length, age: changes.age === null ? null : age }));
		if (pause === null) break;
		at += pause;
		age += pause;
		times.push(at);
	}
	return times;
}

describe('pauseAfterRefusal', () => {
	it.each([401, 403, 404, 400, 410])('asks a few times over about a minute after %i where all was good before', (status) => {
		expect(asksAfter({ status })).toEqual([3_000, 10_000, 25_000, 55_000]);
	});

	it.each([null, 3 * minute])('believes a refusal at once where nothing was good before (age %s)', (age) => {
		for (const status of [401, 403, 404]) expect(asksAfter({ status, wasGood: false, age })).toEqual([]);
	});

	it('of a young job believes no 404 before it is two minutes old, and no other refusal after a minute', () => {
		expect(asksAfter({ status: 404, wasGood: false, age: 1_000 }).at(-1)).toBeGreaterThanOrEqual(2 * minute - 1_000);
		expect(asksAfter({ status: 401, wasGood: false, age: 1_000 })).toEqual([3_000, 10_000, 25_000, 55_000]);
	});
});
