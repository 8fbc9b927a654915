import type { IBinaryData } from 'n8n-workflow';

import { sentence } from '../job/failure';
import { readNumber } from '../job/read';
import type { JobFailure, VideoJob } from '../job/VideoJob';
import type { Connection } from '../transport/connection';
import { isStream } from '../transport/http/readResponse';
import type { ByteStream } from '../transport/http/readResponse';
import { beginErrand, DownloadError, failed } from './errand';
import type { DownloadOptions, DownloadProblem, Errand } from './errand';
import { openVideo } from './openVideo';
import type { OpenVideo } from './openVideo';
import type { VideoPart } from './VideoPart';
import { BeginAnew, readFile } from './readFile';

/** What became of a download. `job` is the job as it is known by then, with its links of that time. */
export type Download =
	| { kind: 'done'; job: VideoJob; binary: IBinaryData }
	| { kind: 'failed'; job: VideoJob; failure: JobFailure };

const endingByMimeType: Readonly<Record<string, string>> = {
	'video/mp4': 'mp4',
	'video/webm': 'webm',
	'video/quicktime': 'mov',
	'video/x-matroska': 'mkv',
	'video/x-msvideo': 'avi',
};

/** `sora-2-pro-i2v_video_68e5.mp4`: tells model and job, and is a name on every file system. */
export function videoFileName(job: VideoJob, index: number, mimeType: string): string {
	// Cut first: a row of thousands of dashes would be looked through once for each of them.
	const plain = (text: string) => text.slice(0, 200).replace(/[^\w.-]+/g, '-').replace(/^[-.]+|[-.]+$/g, '');
	const model = plain((job.model ?? 'video').split('/').pop() ?? 'video').slice(0, 60);
	const id = plain(job.id.split(':')[0] ?? job.id).slice(0, 80);
	const number = index === 0 ? '' : `-${index + 1}`;
	return `${model}_${id}${number}.${endingByMimeType[mimeType] ?? 'mp4'}`;
}

const codes: Record<DownloadProblem['kind'], Pick<JobFailure, 'code' | 'category' | 'retryable'>> = {
	failed: { code: 'download_failed', category: 'provider', retryable: true },
	expired: { code: 'link_expired', category: 'provider', retryable: true },
	tooLarge: { code: 'file_too_large', category: 'invalidInput', retryable: false },
};

const advice: Record<DownloadProblem['kind'], string> = {
	failed:
		'the job is completed, so try again with the operation Download and its id rather than creating it again',
	expired: "its link has expired and the provider gives no other one, so look for it in the provider's dashboard before creating it again",
	tooLarge: 'set the option Max File Size to more, or pass videoUrl on instead of the file',
};

function describe({ provider, redact }: Connection, job: VideoJob, { kind, what }: DownloadProblem): JobFailure {
	const subject = `The video of ${provider.displayName} job ${job.id} could not be downloaded`;
	return { ...codes[kind], message: sentence(`${subject} (${redact(what)})`, advice[kind]) };
}

/** A Node stream of these chunks, by the class of another one: nodes may not import Node's module. */
function toStream(like: ByteStream, chunks: AsyncIterable<Uint8Array>): ByteStream {
	const from: unknown = Reflect.get(like.constructor, 'from');
	// No larger read-ahead than Node's: the stream would join what it holds, into memory of its own.
	const stream: unknown =
		typeof from === 'function' ? Reflect.apply(from, like.constructor, [chunks, { objectMode: false }]) : null;
	if (!isStream(stream)) throw failed('this n8n gives no stream to read from');
	return stream;
}

/**
 * Bytes that are handed on at once. n8n's file store writes one piece after the other, each in another
 * thread, and going there and back costs more than copying what comes from a socket at a time. Twice as
 * much is no quicker, and took up to 95 MiB more memory instead of 51 (500 MB, 2026-11-26).
 */
const enough = 262_144;

/** Puts a video into n8n's binary store. @throws what `readFile` throws, and the store itself, such as of a full disk. */
async function storeVideo(errand: Errand, video: OpenVideo): Promise<IBinaryData> {
	let sent = 0;
	async function* gathered(): AsyncGenerator<Uint8Array> {
		let chunks: Uint8Array[] = [];
		let handedOn = 0;
		for await (const chunk of readFile(errand, video)) {
			chunks.push(chunk);
			sent += chunk.length;
			if (sent - handedOn < enough) continue;
			yield Buffer.concat(chunks);
			chunks = [];
			handedOn = sent;
		}
		yield Buffer.concat(chunks);
	}
	const stream = toStream(video.part.body, gathered());
	const name = videoFileName(errand.job, errand.options.index, video.mimeType);
	const binary = await errand.connection.context.helpers.prepareBinaryData(stream, name, video.mimeType);
	const stored = readNumber(binary.bytes) ?? sent;
	if (stored !== sent) throw failed(`n8n stored ${stored} of ${sent} bytes`);
	return binary;
}

/**
 * Downloads one of a job's videos as a stream into n8n's binary store. n8n's HTTP helpers do the
 * requests, so that the instance's proxy and egress rules hold.
 *
 * What is stored is a video by its content, and whole: anything else is a failure, and leaves no file
 * where n8n's store takes an unfinished one away (its own file store does so since n8n 2; before, the
 * rest of a file goes with its execution).
 */
export async function downloadVideo(
	connection: Connection,
	job: VideoJob,
	options: DownloadOptions,
): Promise<Download> {
	/** Ends what is still open when a download has failed. */
	const ended = new AbortController();
	const signal = AbortSignal.any([options.signal, ended.signal]);
	const errand = beginErrand(connection, job, { ...options, signal });
	for (let opened: VideoPart | null = null; ; ) {
		try {
			const binary = await storeVideo(errand, await openVideo(errand, opened));
			return { kind: 'done', job: errand.job, binary };
		} catch (error) {
			if (!(error instanceof BeginAnew)) {
				ended.abort();
				const { problem } = error instanceof DownloadError ? error : failed(error instanceof Error ? error.message : 'no answer');
				return { kind: 'failed', job: errand.job, failure: describe(connection, errand.job, problem) };
			}
			opened = error.part;
		}
	}
}
