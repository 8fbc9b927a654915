import type { JobStatus } from './VideoJob';

/** Every raw word seen at a provider or gateway, in lower case of its documents and clients. */
const words: ReadonlyArray<[JobStatus, readonly string[]]> = [
	[
		'queued',
		[
			'queued',
			'pending',
			'waiting',
			'in_queue',
			'queuing',
			'queueing',
			'submitted',
			'created',
			'starting',
			'not_started',
			'not_start',
			'staged',
		],
	],
	['processing', ['processing', 'in_progress', 'generating', 'active', 'running', 'dreaming']],
	['completed', ['completed', 'succeeded', 'succeed', 'success', 'finished', 'done', 'ok']],
	['failed', ['failed', 'fail', 'error', 'failure', 'expired', 'timeout', 'aborted']],
	['cancelled', ['cancelled', 'canceled']],
];

const statusByWord = new Map(
	words.flatMap(([status, raws]) => raws.map((raw): [string, JobStatus] => [raw, status])),
);

/**
 * Reads a provider's status word, whatever its case.
 *
 * A word nobody has seen yet is `processing`: taking it for an ending would give up a paid job.
 */
export function readStatus(raw: string | null): JobStatus {
	return statusByWord.get((raw ?? '').trim().toLowerCase()) ?? 'processing';
}
