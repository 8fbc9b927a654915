import type { IBinaryData } from 'n8n-workflow';

import { sentence } from '../job/failure';
import { readNumber } from '../job/read';
import type { JobFailure, VideoJob } from '../job/VideoJob';
import type { Connection } from '../transport/connection';
import { VideoSource } from './VideoSource';
import type { DownloadOptions, DownloadProblem } from './VideoSource';

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
	const plain = (text: string) => text.replace(/[^\w.-]+/g, '-').replace(/^[-.]+|[-.]+$/g, '');
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
		'the job is done and paid for, so use the operation Download with its id rather than creating it again',
	expired: 'its link is dead and the provider gives no other one, so look for it in the provider\'s dashboard before creating it again',
	tooLarge: 'set the option Max File Size to more, or pass videoUrl on instead of the file',
};

function describe({ provider, redact }: Connection, job: VideoJob, { kind, what }: DownloadProblem): JobFailure {
	const subject = `The video of ${provider.displayName} job ${job.id} could not be downloaded`;
	return { ...codes[kind], message: sentence(`${subject} (${redact(what)})`, advice[kind]) };
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
	const source = new VideoSource(connection, job, options);
	for (;;) {
		try {
			const { mimeType, stream } = await source.begin();
			const name = videoFileName(job, options.index, mimeType);
			const binary = await connection.context.helpers.prepareBinaryData(stream, name, mimeType);
			if ((readNumber(binary.bytes) ?? source.received) === source.received) {
				source.close();
				return { kind: 'done', job: source.job, binary };
			}
			source.problem = { kind: 'failed', what: `n8n stored ${binary.bytes ?? 0} of ${source.received} bytes` };
		} catch (error) {
			// What the store itself threw, such as of a full disk, is no problem of the source.
			source.problem ??= { kind: 'failed', what: error instanceof Error ? error.message : 'no answer' };
		}
		if (source.mustBeginAgain) continue;
		source.close();
		return { kind: 'failed', job: source.job, failure: describe(connection, job, source.problem) };
	}
}
