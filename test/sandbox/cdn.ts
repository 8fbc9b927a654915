import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { spoilTransport } from './desk';
import type { Job } from './jobs';
import type { Call, Reply, World } from './types';

const mediaFolder = join(__dirname, 'media');
const sizes = ['1280x720', '720x1280', '1792x1024', '1024x1792'];
const lengths = [12, 8, 4];
const cache = new Map<string, Buffer>();

interface LocalFile {
	mime: string;
	content: Buffer;
}

function fixture(name: string): Buffer {
	const content = cache.get(name) ?? readFileSync(join(mediaFolder, name));
	cache.set(name, content);
	return content;
}

export function videoUrl(job: Job, world: World): string {
	return `${world.cdnUrl}/videos/${job.token}.mp4`;
}

/** Longer videos than the longest clip get the longest clip. */
export function clip(job: Job): Buffer {
	const size = sizes.includes(job.size) ? job.size : '1280x720';
	const length = lengths.find((seconds) => seconds <= job.duration) ?? 4;
	return fixture(`${size}-${length}s.mp4`);
}

/** A picture that this server holds, by its path on the CDN. */
export function localFile(path: string, world: World): LocalFile | null {
	const size = /^\/cdn\/images\/(\d+x\d+)\.jpg$/.exec(path)?.[1];
	if (size && existsSync(join(mediaFolder, `${size}.jpg`))) return { mime: 'image/jpeg', content: fixture(`${size}.jpg`) };
	const id = /^\/cdn\/files\/([^/]+)\//.exec(path)?.[1];
	const file = world.files.all.find((stored) => stored.id === id);
	return file && world.clock.now() < file.expiresAt ? { mime: file.mime, content: file.content } : null;
}

export function serveCdn(call: Call, world: World): Reply {
	if (call.method !== 'GET' && call.method !== 'HEAD') return plain(405, 'Method Not Allowed');
	const token = /^\/videos\/([0-9a-f]+)\.mp4$/.exec(call.path)?.[1];
	const job = token ? world.jobs.byToken(token) : undefined;
	if (!job) {
		const file = localFile(`/cdn${call.path}`, world);
		return file ? ranged(file, call) : plain(404, 'Not Found');
	}
	if (job.status !== 'completed') return plain(404, 'Not Found');
	if (job.linkExpired) {
		return { status: 403, headers: { 'content-type': 'application/xml' }, body: '<?xml version="1.0" encoding="UTF-8"?><Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>' };
	}
	const reply = ranged({ mime: 'video/mp4', content: clip(job) }, call);
	const fault = world.faults.take('download', job.provider, job.prompt, job.id);
	return fault ? spoilTransport(fault, reply, world) : reply;
}

function ranged(file: LocalFile, call: Call): Reply {
	const total = file.content.length;
	const headers = { 'content-type': file.mime, 'accept-ranges': 'bytes' };
	const match = /^bytes=(\d*)-(\d*)$/.exec(call.headers.range ?? '');
	if (!match || (!match[1] && !match[2])) return { status: 200, headers, body: file.content };
	const start = match[1] ? Number(match[1]) : Math.max(0, total - Number(match[2]));
	const end = match[1] && match[2] ? Math.min(Number(match[2]), total - 1) : total - 1;
	if (start > end) return { status: 416, headers: { 'content-range': `bytes */${total}` } };
	return {
		status: 206,
		headers: { ...headers, 'content-range': `bytes ${start}-${end}/${total}` },
		body: file.content.subarray(start, end + 1),
	};
}

function plain(status: number, body: string): Reply {
	return { status, headers: { 'content-type': 'text/plain' }, body };
}
