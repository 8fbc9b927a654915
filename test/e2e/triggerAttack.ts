import { randomBytes } from 'node:crypto';

import type { Sandbox, SandboxJob } from '../sandbox';
import { create, statusOf } from '../sandbox/testClient';
import { inParallel, localCallback, send, shuffled, type ActiveTrigger, type TriggerPlace } from './triggerPlace';

export interface AttackOptions {
	place: TriggerPlace;
	trigger: ActiveTrigger;
	/** The provider as another account sees it. */
	stranger: Sandbox;
	/** Jobs that have had their runs. */
	ended: readonly SandboxJob[];
	calls: number;
}

export interface Attack {
	/** Calls that were told they had started a run. */
	started: number;
	byStatus: Record<string, number>;
	/** Requests that the provider got. */
	questions: number;
	seconds: number;
}

interface Call {
	url: string;
	content: string | Buffer;
	type?: string;
	method?: string;
}

type Forge = (index: number) => Call;

/** A body that looks finished, for a job of that id. */
function finished(id: string, status = 'completed'): string {
	const results = ['https://evil.example/made-up.mp4'];
	return JSON.stringify({ id, status, object: 'video.generation.task', created: Math.floor(Date.now() / 1000), progress: 100, results });
}

function madeUpId(): string {
	return `task-unified-${Math.floor(Date.now() / 1000)}-${randomBytes(4).toString('hex')}`;
}

/** What anybody can send who knows the URL: each index another kind. */
async function forgeries({ place, trigger, stranger, ended, calls }: AttackOptions): Promise<Forge[]> {
	const url = trigger.localUrl;
	const known = Array.from({ length: 5 }, madeUpId);
	const order = { model: 'sora-2-preview', prompt: 'Not yours' };
	const theirs = await Promise.all(Array.from({ length: Math.min(100, calls) }, async () => String((await create(stranger, 'evoLink', order)).body.id)));
	const theirBodies = await Promise.all(theirs.map(async (id) => JSON.stringify((await statusOf(stranger, 'evoLink', id)).body)));
	const running = String((await create(place.sandbox, 'evoLink', { ...order, prompt: 'Still running [sandbox slow]' })).body.id);
	const pick = <T>(values: readonly T[], index: number): T => {
		const value = values[index % values.length];
		if (value === undefined) throw new Error('Nothing to pick from');
		return value;
	};
	const genuine = await Promise.all(ended.map(async ({ id }) => JSON.stringify((await statusOf(place.sandbox, 'evoLink', id)).body)));
	const huge = `{"id":"${madeUpId()}","status":"completed","padding":"${'x'.repeat(1_100_000)}"}`;
	return [
		// Forged: a new made-up id each time, and one of five again and again.
		() => ({ url, content: finished(madeUpId()) }),
		(index) => ({ url, content: finished(pick(known, index)) }),
		() => ({ url, content: finished(running) }),
		// Replayed: genuine, and in another mood.
		(index) => ({ url: localCallback(place, pick(ended, index).callbackUrl), content: pick(genuine, index) }),
		(index) => ({ url, content: finished(pick(ended, index).id, pick(['completed', 'failed', 'cancelled'], index)) }),
		// Of another account.
		(index) => ({ url, content: pick(theirBodies, index) }),
		// A correlation that nobody signed, and one of another order.
		() => ({ url: `${url}?correlation=Order%3A+1&correlationSignature=${randomBytes(32).toString('base64url')}`, content: finished(madeUpId()) }),
		(index) => ({ url: localCallback(place, pick(ended, index).callbackUrl).replace('Video', 'Another'), content: pick(genuine, index + 1) }),
		// Garbled: cut off, bytes, nothing, another content type, another shape, another provider's.
		(index) => ({ url, content: pick(genuine, index).slice(0, 40 + (index % 60)) }),
		(index) => ({ url, content: randomBytes(1 + (index % 500)), type: 'application/octet-stream' }),
		() => ({ url, content: '' }),
		(index) => ({ url, content: pick(['null', '[]', '"text"', '7', '{}', '{"id":{},"status":[]}', '{"__proto__":{"status":"completed"}}'], index) }),
		() => ({ url, content: `a=1&id=${madeUpId()}&status=completed`, type: 'application/x-www-form-urlencoded' }),
		() => ({ url, content: JSON.stringify({ type: 'video.completed', data: { id: 'video_1' } }) }),
		() => ({ url, content: finished('task-unified-1/../../credits?x=') }),
		// Oversized.
		(index) => ({ url, content: index % 10 === 0 ? huge : finished(`task-unified-${'9'.repeat(3000)}`) }),
		() => ({ url, content: finished(madeUpId(), 'processing') }),
		() => ({ url, content: '', method: 'GET' }),
	];
}

/** So many calls, fifty at once, none of which may start a run. */
export async function attack(options: AttackOptions): Promise<Attack> {
	const { place, calls } = options;
	const kinds = await forgeries(options);
	const indexes = shuffled(Array.from({ length: calls }, (_, index) => index));
	const questionsTo = () => place.sandbox.requests.filter(({ provider }) => provider === 'evoLink').length;
	const before = questionsTo();
	const started = Date.now();
	const answers = await inParallel(indexes, 50, async (index) => {
		const { url, content, type, method } = kinds[index % kinds.length]?.(Math.floor(index / kinds.length)) ?? { url: '', content: '' };
		return await send(url, content, type, method);
	});
	const byStatus: Record<string, number> = {};
	for (const { status } of answers) byStatus[status] = (byStatus[status] ?? 0) + 1;
	return {
		started: answers.filter(({ text }) => text === 'The workflow was started.').length,
		byStatus,
		questions: questionsTo() - before,
		seconds: (Date.now() - started) / 1000,
	};
}
