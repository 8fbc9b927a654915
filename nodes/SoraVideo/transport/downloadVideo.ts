import type { BinaryHelperFunctions, IBinaryData } from 'n8n-workflow';

import { sentence } from '../job/failure';
import { isObject, readNumber, readText } from '../job/read';
import type { JobFailure, VideoJob } from '../job/VideoJob';
import type { Connection } from './connection';

type Download = { kind: 'done'; binary: IBinaryData } | { kind: 'failed'; failure: JobFailure };

type Bytes = Parameters<BinaryHelperFunctions['prepareBinaryData']>[0];

function isStream(value: unknown): value is Bytes {
	return typeof value === 'object' && value !== null && 'pipe' in value;
}

/** For the whole video. */
const downloadTimeout = 600_000;

const endingByMimeType: Readonly<Record<string, string>> = {
	'video/mp4': 'mp4',
	'video/webm': 'webm',
	'video/quicktime': 'mov',
};

/** `sora-2-pro-i2v_video_68e5.mp4`: tells model and job, and is a name on every file system. */
export function videoFileName(job: VideoJob, index: number, mimeType: string): string {
	const plain = (text: string) => text.replace(/[^\w.-]+/g, '-').replace(/^[-.]+|[-.]+$/g, '');
	const model = plain((job.model ?? 'video').split('/').pop() ?? 'video').slice(0, 60);
	const id = plain(job.id.split(':')[0] ?? job.id).slice(0, 80);
	const number = index === 0 ? '' : `-${index + 1}`;
	return `${model}_${id}${number}.${endingByMimeType[mimeType] ?? 'mp4'}`;
}

/** Downloads one of a job's videos as a stream into n8n's binary store, without the API key. */
export async function downloadVideo(
	{ context, provider }: Connection,
	job: VideoJob,
	url: string,
	index: number,
	signal: AbortSignal,
): Promise<Download> {
	const failed = (what: string): Download => ({
		kind: 'failed',
		failure: {
			code: 'download_failed',
			message: sentence(
				`The video of ${provider.displayName} job ${job.id} could not be downloaded (${what})`,
				'the job is done and paid for, so use the operation Download with its id rather than creating it again',
			),
			category: 'provider',
			retryable: true,
		},
	});
	try {
		const response: unknown = await context.helpers.httpRequest({
			method: 'GET',
			url,
			// Packed, the length that the server tells would not be that of the video.
			headers: { 'accept-encoding': 'identity' },
			encoding: 'stream',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			timeout: downloadTimeout,
			abortSignal: signal,
		});
		if (!isObject(response)) return failed('no answer');
		const status = Number(response.statusCode);
		if (status !== 200) return failed(`HTTP ${status}`);
		const headers = isObject(response.headers) ? response.headers : {};
		const mimeType = (readText(headers['content-type']) ?? 'video/mp4').split(';')[0]?.trim() ?? '';
		if (!/^(video\/|application\/octet-stream|binary\/)/.test(mimeType)) {
			return failed(`it answered with ${mimeType} instead of a video`);
		}
		const type = mimeType.startsWith('video/') ? mimeType : 'video/mp4';
		if (!isStream(response.body)) return failed('its answer was no stream');
		const binary = await context.helpers.prepareBinaryData(
			response.body,
			videoFileName(job, index, type),
			type,
		);
		const expected = readNumber(headers['content-length']);
		const received = readNumber(binary.bytes);
		return expected !== null && received !== null && expected !== received
			? failed(`it broke off after ${received} of ${expected} bytes`)
			: { kind: 'done', binary };
	} catch (error) {
		return failed(error instanceof Error ? error.message : 'no answer');
	}
}
