import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bigVideo, type GeneratedFile } from './bigVideo';
import { spoilTransport } from './desk';
import { spoilDownload } from './downloadFaults';
import { isDownloadFaultKind } from './faults';
import type { Job } from './jobs';
import type { Call, Reply, World } from './types';

const mediaFolder = join(__dirname, 'media');
const sizes = ['1280x720', '720x1280', '1792x1024', '1024x1792'];
const lengths = [12, 8, 4];
const cache = new Map<string, Buffer>();

interface LocalFile {
	mime: string;
	content: Buffer | GeneratedFile;
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
	const [width = 0, height = 0] = job.size.split('x').map(Number);
	const size = sizes.includes(job.size) ? job.size : height > width ? '720x1280' : '1280x720';
	const length = lengths.find((seconds) => seconds <= job.duration) ?? 4;
	return fixture(`${size}-${length}s.mp4`);
}

/** The video of a job as its link gives it now. */
export function videoOf(job: Job, world: World): Buffer | GeneratedFile {
	const { videoBytes } = world.settings;
	if (videoBytes > 0) return bigVideo(videoBytes);
	// Another clip stands in for a video that was replaced.
	return job.replaced === 0 ? clip(job) : fixture(`720x1280-${lengths[job.replaced % lengths.length] ?? 4}s.mp4`);
}

/** A picture that this server holds, by its path on the CDN. */
export function localFile(path: string, world: World): (LocalFile & { content: Buffer }) | null {
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
	const fault = world.faults.take('download', job.provider, job.prompt, job.id);
	if (fault && isDownloadFaultKind(fault.kind)) return spoilDownload(fault.kind, job, call, world);
	const reply = serveVideo(job, call, world);
	return fault ? spoilTransport(fault, reply, world) : reply;
}

export function serveVideo(job: Job, call: Call, world: World): Reply {
	return ranged({ mime: 'video/mp4', content: videoOf(job, world) }, call);
}

const etags = new WeakMap<Buffer, string>();

/** Strong: files that differ have different ones. */
export function etagOf(content: Buffer | GeneratedFile): string {
	if (!Buffer.isBuffer(content)) return `"generated-${content.length}"`;
	const etag = etags.get(content) ?? `"${createHash('sha256').update(content).digest('hex').slice(0, 32)}"`;
	etags.set(content, etag);
	return etag;
}

export function part(content: Buffer | GeneratedFile, start: number, end: number): unknown {
	return Buffer.isBuffer(content) ? content.subarray(start, end) : { length: end - start, chunks: content.read(start, end) };
}

function ranged(file: LocalFile, call: Call): Reply {
	const total = file.content.length;
	const etag = etagOf(file.content);
	const headers = { 'content-type': file.mime, 'accept-ranges': 'bytes', etag };
	const match = /^bytes=(\d*)-(\d*)$/.exec(call.headers.range ?? '');
	const isOther = call.headers['if-range'] !== undefined && call.headers['if-range'] !== etag;
	if (isOther || !match || (!match[1] && !match[2])) return { status: 200, headers, body: part(file.content, 0, total) };
	const start = match[1] ? Number(match[1]) : Math.max(0, total - Number(match[2]));
	const end = match[1] && match[2] ? Math.min(Number(match[2]), total - 1) : total - 1;
	if (start > end) return { status: 416, headers: { 'content-range': `bytes */${total}` } };
	return {
		status: 206,
		headers: { ...headers, 'content-range': `bytes ${start}-${end}/${total}` },
		body: part(file.content, start, end + 1),
	};
}

function plain(status: number, body: string): Reply {
	return { status, headers: { 'content-type': 'text/plain' }, body };
}
