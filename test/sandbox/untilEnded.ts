import { setTimeout as sleep } from 'node:timers/promises';
import type { Job } from './jobs';
import type { World } from './types';

const lookMs = 10;

/** Keeps a request open until its job has ended, or `seconds` have passed on the sandbox's clock or the real one. */
export async function untilEnded(job: Job, seconds: number, world: World): Promise<void> {
	const end = world.clock.now() + seconds * 1000;
	const realEnd = Date.now() + seconds * 1000;
	while (!job.hasEnded && world.clock.now() < end && Date.now() < realEnd) await sleep(lookMs, undefined, { ref: false });
}
