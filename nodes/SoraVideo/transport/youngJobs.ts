import { steadyNow } from './http/clock';
import type { CallingContext, Connection } from './connection';

/** More than are created in two minutes. */
const mostJobs = 1_000;

/** When this process created its last jobs, by `steadyNow`. */
const createdAt = new Map<string, number>();

type Account = Pick<Connection<CallingContext>, 'fingerprint'>;

function nameOf({ fingerprint }: Account, jobId: string): string {
	return `${fingerprint}\n${jobId}`;
}

/** Takes note of a job that was created just now. */
export function noteCreated(account: Account, jobId: string): void {
	createdAt.set(nameOf(account, jobId), steadyNow());
	for (const oldest of createdAt.keys()) {
		if (createdAt.size <= mostJobs) return;
		createdAt.delete(oldest);
	}
}

/** Milliseconds since a job was created; null where this process didn't create it, or long ago. */
export function ageOf(account: Account, jobId: string): number | null {
	const at = createdAt.get(nameOf(account, jobId));
	return at === undefined ? null : steadyNow() - at;
}
