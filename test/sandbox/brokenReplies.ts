import { gzipSync } from 'node:zlib';
import { isHttpUrl, isRecord } from './checks';
import type { Reply } from './types';

// Answers that are wrong in their bytes: packed badly, far larger than they look, or nested beyond reason.

const bombMegabytes = 400;
let bomb: Buffer | null = null;

function jsonOf(reply: Reply): string {
	return typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body ?? {});
}

function packed(body: Buffer, status = 200): Reply {
	return { status, headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' }, body };
}

/** Said to be packed, and isn't. */
export function notPacked(reply: Reply): Reply {
	return packed(Buffer.from(jsonOf(reply)), reply.status);
}

/** Packed, and cut in the middle. */
export function halfPacked(reply: Reply): Reply {
	const whole = gzipSync(jsonOf(reply));
	return packed(whole.subarray(0, Math.floor(whole.length / 2)), reply.status);
}

/** Half a megabyte that becomes 400 as it is unpacked: blanks, and JSON at the end. */
export function packedBomb(): Reply {
	const megabyte = gzipSync(Buffer.alloc(1_048_576, 0x20), { level: 9 });
	bomb ??= Buffer.concat([...Array.from({ length: bombMegabytes }, () => megabyte), gzipSync('{}')]);
	return packed(bomb);
}

/** JSON, a hundred thousand objects deep. */
export function deeplyNested(): Reply {
	const depth = 100_000;
	return { status: 200, headers: { 'content-type': 'application/json' }, body: '{"data":'.repeat(depth) + 'null' + '}'.repeat(depth) };
}

function withoutLinksIn(value: unknown): unknown {
	if (Array.isArray(value)) return value.filter((entry) => !isHttpUrl(entry)).map(withoutLinksIn);
	if (!isRecord(value)) return value;
	return Object.fromEntries(Object.entries(value).flatMap(([name, entry]) => (isHttpUrl(entry) ? [] : [[name, withoutLinksIn(entry)]])));
}

/** The same JSON, from which every link is gone, as of servers that tell a job's end before its video is stored. */
export function withoutLinks(reply: Reply): Reply {
	return { ...reply, body: withoutLinksIn(reply.body) };
}

export function htmlPage(status: number, title: string): Reply {
	const body = `<html><head><title>${title}</title></head><body><center><h1>${title}</h1></center><hr><center>nginx</center></body></html>`;
	return { status, headers: { 'content-type': 'text/html' }, body };
}

/** Headers that tell when to come back. Words stand for what can't be written into a prompt; all else goes out as it is. */
export function retryHeaders(wish: string | null): Record<string, string> {
	if (wish === null) return {};
	const forms: Record<string, Record<string, string>> = {
		// The client's time, not the sandbox clock's, which tests move.
		date: { 'retry-after': new Date(Date.now() + 2_000).toUTCString() },
		ms: { 'retry-after-ms': '1500' },
		nonsense: { 'retry-after': 'when the moon is full' },
		year: { 'retry-after': '31536000' },
	};
	return forms[wish] ?? { 'retry-after': wish };
}
