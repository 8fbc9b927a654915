import { setTimeout as sleep } from 'node:timers/promises';

import type { Victim } from './place';

export interface Killer {
	/** How often each was killed. */
	kills: Map<string, number>;
	/** How often each had ended by itself, or not come up, and was started again as a supervisor would. */
	revived: Map<string, number>;
	/** Done when as many have been killed as may be, and are up again. */
	spent: Promise<void>;
	/** Kills nobody any more; done when all are up. */
	stop(): Promise<void>;
}

const lookEveryMs = 2_000;

/**
 * Kills one after the other with SIGKILL and starts it again, so long after the last one was ready. One
 * that ends by itself, as n8n may where its Redis is away, is started again too.
 */
export function startKiller(victims: readonly Victim[], everySeconds: number, mostKills = Infinity): Killer {
	const kills = new Map<string, number>();
	const revived = new Map<string, number>();
	const stopping = new AbortController();
	const add = (counts: Map<string, number>, { name }: Victim) => counts.set(name, (counts.get(name) ?? 0) + 1);
	// A start can take too long on a busy machine, and a run of twenty minutes isn't given up for one.
	const crash = async (victim: Victim) => {
		await victim.crash().catch(async () => {
			add(revived, victim);
			await victim.crash();
		});
	};
	const revive = async () => {
		for (const victim of victims.filter((each) => each.hasExited())) {
			add(revived, victim);
			await crash(victim);
		}
	};
	const work = async () => {
		for (let turn = 0; turn < mostKills && !stopping.signal.aborted; turn += 1) {
			for (const end = Date.now() + everySeconds * 1000; Date.now() < end && !stopping.signal.aborted; ) {
				await sleep(lookEveryMs, undefined, { signal: stopping.signal }).catch(() => undefined);
				await revive();
			}
			const victim = victims[turn % victims.length];
			if (stopping.signal.aborted || !victim) break;
			add(kills, victim);
			await crash(victim);
		}
		await revive();
	};
	const working = work();
	// Told by `stop`; until then it is nobody's.
	working.catch(() => undefined);
	return {
		kills,
		revived,
		spent: working,
		async stop() {
			stopping.abort();
			await working;
		},
	};
}
