import type { JobStatus } from '../VideoJob';

/**
 * Every word seen at a provider or gateway, as `plain` makes it. Where most of them are from: OpenAI,
 * Replicate, Runway, Luma, Kling, Vidu, MiniMax, DashScope, Ark, Zhipu, RunPod, Black Forest Labs (the
 * moderated ones), Leonardo, PoYo, Kie, fal, and the readers of new-api and of public clients.
 */
const words: ReadonlyArray<[JobStatus, readonly string[]]> = [
	[
		'queued',
		[
			'queued',
			'pending',
			'waiting',
			'wait',
			'in_queue',
			'queue',
			'queuing',
			'queueing',
			'submitted',
			'created',
			'accepted',
			'scheduled',
			'starting',
			'started',
			'not_started',
			'not_start',
			'notstarted',
			'staged',
			'preparing',
			'throttled',
			'排队中',
			'等待中',
			'已提交',
		],
	],
	[
		'processing',
		[
			'processing',
			'in_progress',
			'inprogress',
			'generating',
			'active',
			'running',
			'dreaming',
			'preprocessing',
			'rendering',
			'处理中',
			'生成中',
			'进行中',
		],
	],
	[
		'completed',
		[
			'completed',
			'complete',
			'succeeded',
			'succeed',
			'success',
			'successful',
			'finished',
			'finish',
			'done',
			'ok',
			'ready',
			'generated',
			'成功',
			'已完成',
			'完成',
			'生成成功',
		],
	],
	[
		'failed',
		[
			'failed',
			'fail',
			'failure',
			'error',
			'errored',
			'expired',
			'timeout',
			'timed_out',
			'timedout',
			'aborted',
			'rejected',
			'moderated',
			'content_moderated',
			'request_moderated',
			'content_filtered',
			'nsfw',
			'terminated',
			// Google's Interactions API.
			'incomplete',
			'budget_exceeded',
			'失败',
			'生成失败',
			'超时',
			'审核不通过',
			'审核失败',
		],
	],
	[
		'cancelled',
		[
			'cancelled',
			'canceled',
			'cancelled_by_user',
			'canceled_by_user',
			'user_cancelled',
			'user_canceled',
			'cancel',
			'已取消',
			'取消',
		],
	],
];

const statusByWord = new Map(
	words.flatMap(([status, raws]) => raws.map((raw): [string, JobStatus] => [raw, status])),
);

/** What stands before the word itself: `TASK_STATUS_SUCCEED`, `JOB_STATE_FAILED`, `video_generation_completed`. */
const prefix = /^(task_status|task|job_state|job_status|job|status|state|video_generation|generation|video)_/;

/** Longer than any word with all that may stand before it. */
const longestWord = 100;

function plain(raw: string): string {
	if (raw.length > longestWord) return '';
	let word = raw.trim().toLowerCase().replace(/[\s.\-:]+/g, '_');
	while (!statusByWord.has(word) && prefix.test(word)) word = word.replace(prefix, '');
	return word;
}

/**
 * Reads a provider's status word, whatever its case.
 *
 * A word nobody has seen yet is `processing`: taking it for an ending would give up a paid job.
 */
export function readStatus(raw: string | null): JobStatus {
	return statusByWord.get(plain(raw ?? '')) ?? 'processing';
}

/** The words of an ending that tell a reason, where nothing else does. */
const telling = /expired|time[d_]*out|abort|reject|moderat|filter|nsfw|terminat|incomplete|budget|审核|超时/i;

/** The word as a reason, where it is one: `nsfw`, but not `failed`. */
export function reasonInWord(raw: string | null): string | null {
	return raw !== null && telling.test(raw) ? raw : null;
}
