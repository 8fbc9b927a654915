import { createHmac } from 'node:crypto';
import { videoUrl } from './cdn';
import type { Job } from './jobs';
import type { World } from './types';

// How Kie tells of a task: one form for its market, one each for Veo, Runway and Aleph.

export type Family = 'market' | 'veo' | 'runway' | 'aleph';

/** By the failure: what the record of a failed task says. */
export const kieFailures: Record<string, { code: string; msg: string }> = {
	moderation: { code: '400', msg: 'Your prompt was flagged by Website as violating content policies.' },
	internal: { code: '500', msg: 'Internal server error' },
	timeout: { code: '408', msg: 'Upstream is currently experiencing service issues. No result has been returned for over 10 minutes.' },
	image: { code: '400', msg: 'Failed to fetch the image. Kindly verify any access limits set by you or your service provider.' },
};

function failureOf(job: Job): { code: string; msg: string } | null {
	return job.failure === null ? null : (kieFailures[job.failure] ?? kieFailures.internal ?? null);
}

/** Day and time without a zone, as the older records have it. */
function dayAndTime(ms: number | null): string | null {
	return ms === null ? null : new Date(ms).toISOString().replace('T', ' ').slice(0, 19);
}

function marketState(job: Job): string {
	if (job.scriptedState !== null) return job.scriptedState;
	if (job.status === 'queued') return job.fraction < 0.05 ? 'waiting' : 'queuing';
	return { processing: 'generating', completed: 'success', failed: 'fail' }[job.status];
}

function marketRecord(job: Job, world: World): Record<string, unknown> {
	const failure = failureOf(job);
	const isDone = job.status === 'completed';
	return {
		taskId: job.id,
		model: job.model,
		state: marketState(job),
		param: JSON.stringify(job.body),
		resultJson: isDone ? JSON.stringify({ resultUrls: [videoUrl(job, world)] }) : '',
		failCode: failure?.code ?? '',
		failMsg: failure?.msg ?? '',
		costTime: job.hasEnded ? job.runSeconds * 1000 : null,
		completeTime: job.endedAt === null ? null : Math.floor(job.endedAt),
		createTime: Math.floor(job.createdAt),
		updateTime: Math.floor(world.clock.now()),
		creditsConsumed: isDone ? job.duration * 8 : 0,
	};
}

function veoRecord(job: Job, world: World): Record<string, unknown> {
	const failure = failureOf(job);
	const isDone = job.status === 'completed';
	return {
		taskId: job.id,
		paramJson: JSON.stringify(job.body),
		completeTime: dayAndTime(job.endedAt),
		response: isDone ? { taskId: job.id, resultUrls: [videoUrl(job, world)], originUrls: [], resolution: '720p' } : null,
		successFlag: isDone ? 1 : failure === null ? 0 : failure.code === '500' ? 2 : 3,
		errorCode: failure === null ? null : Number(failure.code),
		errorMessage: failure?.msg ?? '',
		createTime: dayAndTime(job.createdAt),
		fallbackFlag: false,
	};
}

function runwayRecord(job: Job, world: World): Record<string, unknown> {
	const failure = failureOf(job);
	const state = job.scriptedState ?? { queued: job.fraction < 0.05 ? 'wait' : 'queueing', processing: 'generating', completed: 'success', failed: 'fail' }[job.status];
	const link = videoUrl(job, world);
	return {
		taskId: job.id,
		parentTaskId: '',
		generateParam: { prompt: job.prompt, imageUrl: '', expandPrompt: true },
		state,
		generateTime: dayAndTime(job.endedAt) ?? '',
		...(job.status === 'completed' ? { videoInfo: { videoId: `${job.id}-video`, taskId: job.id, videoUrl: link, imageUrl: link.replace('.mp4', '.png') } } : {}),
		...(failure === null ? {} : { failCode: Number(failure.code), failMsg: failure.msg }),
		expireFlag: job.linkExpired ? 1 : 0,
	};
}

function alephRecord(job: Job, world: World): Record<string, unknown> {
	const failure = failureOf(job);
	const link = videoUrl(job, world);
	const isDone = job.status === 'completed';
	return {
		taskId: job.id,
		paramJson: JSON.stringify(job.body),
		response: isDone ? { taskId: job.id, resultVideoUrl: link, resultImageUrl: link.replace('.mp4', '.png') } : null,
		completeTime: dayAndTime(job.endedAt),
		createTime: dayAndTime(job.createdAt),
		successFlag: isDone ? 1 : 0,
		errorCode: failure === null ? 0 : Number(failure.code),
		errorMessage: failure?.msg ?? '',
	};
}

/** The `data` of the answer to a question after a task. */
export function recordOf(family: Family, job: Job, world: World): Record<string, unknown> {
	return { market: marketRecord, veo: veoRecord, runway: runwayRecord, aleph: alephRecord }[family](job, world);
}

/** What Kie posts when a task has ended; each family has a place of its own for the task's id. */
export function callbackOf(family: Family, job: Job, world: World): Record<string, unknown> {
	const failure = failureOf(job);
	const link = videoUrl(job, world);
	const code = failure === null ? 200 : family === 'market' ? 501 : Number(failure.code);
	switch (family) {
		case 'market':
			return { code, data: marketRecord(job, world), msg: failure === null ? 'Playground task completed successfully.' : 'Playground task failed.' };
		case 'veo':
			return {
				code,
				msg: failure?.msg ?? 'Veo3.1 video generated successfully.',
				data: {
					taskId: job.id,
					promptJson: JSON.stringify(job.body),
					...(failure === null ? { info: { resultUrls: [link], originUrls: [], resolution: '720p' } } : {}),
					fallbackFlag: false,
				},
			};
		case 'runway':
			return {
				code,
				msg: failure?.msg ?? 'All generated successfully.',
				data: { task_id: job.id, video_id: failure === null ? `${job.id}-video` : '', video_url: failure === null ? link : '', image_url: failure === null ? link.replace('.mp4', '.png') : '' },
			};
		case 'aleph':
			return {
				code,
				msg: failure?.msg ?? 'success',
				data: failure === null ? { result_video_url: link, result_image_url: link.replace('.mp4', '.png') } : null,
				taskId: job.id,
			};
	}
}

/** The signature of Kie's callbacks, which covers their task and time, and not their body. */
export function signKie(key: string, taskId: string, timestamp: string): string {
	return createHmac('sha256', key).update(`${taskId}.${timestamp}`).digest('base64');
}
