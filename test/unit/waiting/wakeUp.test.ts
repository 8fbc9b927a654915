import fc from 'fast-check';

import { isNearItsEnd, planWakeUp } from '../../../nodes/SoraVideo/waiting/wakeUp';
import type { SuspendedJob } from '../../../nodes/SoraVideo/waiting/wakeUp';

const minute = 60_000;
const now = Date.UTC(2026, 10, 20, 12, 0, 0);
/** A date this far away is met on time, a nearer one can come up to a minute late. */
const nearestExactDate = minute;

function aJob(changes: Partial<SuspendedJob> = {}): SuspendedJob {
	return { startedAt: now, deadline: now + 30 * minute, likely: null, callsBack: false, ...changes };
}

describe('planWakeUp', () => {
	const span = fc.integer({ min: -24 * 60 * minute, max: 24 * 60 * minute });
	const job = fc.record({
		startedAt: span.map((ago) => now - Math.abs(ago)),
		deadline: span.map((away) => now + away),
		likely: fc.option(fc.integer({ min: 0, max: 24 * 60 * minute })),
		callsBack: fc.boolean(),
		keptFor: fc.option(fc.integer({ min: 0, max: 60 * minute }), { nil: undefined }),
	});

	it('never plans beyond the first deadline, nor a suspension that n8n ends late', () => {
		fc.assert(
			fc.property(fc.array(job, { minLength: 1, maxLength: 20 }), (jobs) => {
				const plan = planWakeUp(jobs, now);
				const firstDeadline = Math.min(...jobs.map(({ deadline }) => deadline));
				if ('suspendUntil' in plan) {
					expect(plan.suspendUntil).toBeGreaterThanOrEqual(now + nearestExactDate);
					expect(plan.suspendUntil).toBeLessThanOrEqual(firstDeadline);
				} else {
					expect(plan.askUntil).toBeLessThanOrEqual(firstDeadline);
				}
			}),
			{ seed: 1, numRuns: 3000 },
		);
	});

	it('asks in memory while a deadline is nearer than dates are exact', () => {
		const deadline = now + minute / 2;
		expect(planWakeUp([aJob(), aJob({ deadline })], now)).toEqual({ askUntil: deadline });
	});

	it('suspends until a job that takes minutes is likely to be near its end', () => {
		const plan = planWakeUp([aJob({ likely: 10 * minute })], now);
		expect(plan).toHaveProperty('suspendUntil');
		if ('suspendUntil' in plan) {
			expect(plan.suspendUntil).toBeGreaterThanOrEqual(now + 5 * minute);
			expect(plan.suspendUntil).toBeLessThanOrEqual(now + 12 * minute);
		}
	});

	it('asks in memory around a likely end', () => {
		const plan = planWakeUp([aJob({ startedAt: now - 85_000, likely: 86_000 })], now);
		expect(plan).toHaveProperty('askUntil');
	});

	it('looks again within minutes at a job of which nothing is known', () => {
		const plan = planWakeUp([aJob({ startedAt: now - 5 * minute })], now);
		expect('suspendUntil' in plan ? plan.suspendUntil : plan.askUntil).toBeLessThanOrEqual(now + 2 * minute);
	});

	it('looks again within minutes at a job that is overdue', () => {
		const plan = planWakeUp([aJob({ startedAt: now - 20 * minute, likely: minute })], now);
		expect('suspendUntil' in plan ? plan.suspendUntil : plan.askUntil).toBeLessThanOrEqual(now + 2 * minute);
	});

	it('goes by the job that is due first', () => {
		const soon = aJob({ likely: 2 * minute });
		const late = aJob({ likely: 20 * minute });
		expect(planWakeUp([late, soon], now)).toEqual(planWakeUp([soon, late], now));
		expect(planWakeUp([late, soon], now)).toEqual(planWakeUp([soon], now));
	});

	it.each([true, false])('looks before the result of a job is gone that ended right after the last look (callbacks: %s)', (callsBack) => {
		const keptFor = 6 * minute;
		const times = { likely: 20 * minute, deadline: now + 24 * 60 * minute };
		for (const looks of [{ startedAt: now }, { startedAt: now - 60 * minute, lookedAt: now - 2 * minute }]) {
			const plan = planWakeUp([aJob({ callsBack, keptFor, ...times, ...looks })], now);
			const lastSeen = looks.lookedAt ?? looks.startedAt;
			expect('suspendUntil' in plan ? plan.suspendUntil : plan.askUntil).toBeLessThanOrEqual(lastSeen + keptFor - minute);
			expect(plan).toHaveProperty('suspendUntil');
		}
	});

	it('does not ask early where the provider calls back, but does not trust that for ever either', () => {
		const plan = planWakeUp([aJob({ callsBack: true, deadline: now + 24 * 60 * minute })], now);
		expect(plan).toHaveProperty('suspendUntil');
		if ('suspendUntil' in plan) {
			expect(plan.suspendUntil).toBeGreaterThan(now + minute);
			expect(plan.suspendUntil).toBeLessThanOrEqual(now + 10 * minute);
		}
	});

	it('asks in memory for a job that is nearly there for hours as often as for one that ends', () => {
		let job = aJob({ startedAt: now, deadline: now + 24 * 60 * minute });
		let inMemory = 0;
		for (let at = now + minute, looks = 0; looks < 200; looks += 1) {
			// 99 % each time it is asked for.
			job = { ...job, likely: ((at - now) * 100) / 99, lookedAt: at };
			const plan = planWakeUp([job], at);
			if ('askUntil' in plan) {
				expect(isNearItsEnd(job, at)).toBe(true);
				job = { ...job, stretches: (job.stretches ?? 0) + 1 };
				inMemory += plan.askUntil - at;
			}
			at = 'askUntil' in plan ? plan.askUntil : plan.suspendUntil;
		}
		expect(inMemory).toBeGreaterThan(0);
		expect(inMemory).toBeLessThanOrEqual(minute);
	});
});
