import { readdir, readFile, writeFile } from 'node:fs/promises';
import type { N8nServer } from '../e2e/n8nServer';

/** The process id of an n8n itself, and not of what watches over it. Linux only, as all of this file. */
export async function findProcess(server: N8nServer): Promise<number> {
	const port = `N8N_PORT=${new URL(server.url).port}`;
	for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
		const read = async (file: string) => (await readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')).split('\0');
		const [, script] = await read('cmdline');
		if (script === server.install.bin && (await read('environ')).includes(port)) return Number(pid);
	}
	throw new Error(`No process of the n8n at ${server.url}`);
}

async function readStatus(pid: number, field: 'VmRSS' | 'VmHWM'): Promise<number> {
	const [, kilobytes] = new RegExp(`${field}:\\s+(\\d+) kB`).exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
	return Number(kilobytes) * 1024;
}

/** Resident memory in bytes. */
export async function residentMemory(pid: number): Promise<number> {
	return await readStatus(pid, 'VmRSS');
}

/** Makes the kernel's record of the highest resident memory begin anew (proc(5), clear_refs). */
export async function forgetPeak(pid: number): Promise<void> {
	await writeFile(`/proc/${pid}/clear_refs`, '5');
}

/** The highest resident memory since `forgetPeak`, in bytes: the kernel's own record, that no sampling misses. */
export async function peakMemory(pid: number): Promise<number> {
	return await readStatus(pid, 'VmHWM');
}
