import { readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		// EPERM: it lives, but belongs to someone else.
		return error instanceof Error && 'code' in error && error.code === 'EPERM';
	}
}

async function take(file: string): Promise<boolean> {
	try {
		await writeFile(file, String(process.pid), { flag: 'wx' });
		return true;
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
		throw error;
	}
}

/** Lets one process at a time do the work; a lock left behind by a dead process is taken over. */
export async function withLock<T>(
	file: string,
	work: () => Promise<T>,
	onWait: (pid: number) => void,
): Promise<T> {
	let told = false;
	while (!(await take(file))) {
		const pid = Number(await readFile(file, 'utf8').catch(() => ''));
		// 0 is a lock between its creation and its first write, or one just removed.
		if (pid !== 0 && !isAlive(pid)) {
			await rm(file, { force: true });
			continue;
		}
		if (!told) onWait(pid);
		told = true;
		await sleep(1000);
	}
	try {
		return await work();
	} finally {
		await rm(file, { force: true });
	}
}
