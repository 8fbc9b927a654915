import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Sandbox, SandboxJob } from '../sandbox';
import { create, statusOf } from '../sandbox/testClient';
import { inParallel, localCallback, send, shuffled, type ActiveTrigger, type Sent, type TriggerPlace } from './triggerPlace';

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
	/** How many it may have got: what strangers share, and what each of our URLs has. */
	questionsAllowed: number;
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

/** Of the right form, and signed by nobody. */
function madeUpToken(): string {
	const expiry = Math.floor(Date.now() / 1000 + 3600).toString(36);
	return `${randomBytes(12).toString('base64url')}.${expiry}.${randomBytes(17).toString('base64url').slice(0, 22)}`;
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
		// A correlation that nobody signed, one of another order, and a job's own URL with ids that are not its own.
		() => ({ url: `${url}?correlation=Order%3A+1&soraVideoToken=${madeUpToken()}`, content: finished(madeUpId()) }),
		(index) => ({ url: localCallback(place, pick(ended, index).callbackUrl), content: finished(madeUpId()) }),
		(index) => ({ url: localCallback(place, pick(ended, index).callbackUrl), content: finished(running) }),
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
	const seconds = (Date.now() - started) / 1000;
	return {
		started: answers.filter(({ text }) => text === 'The workflow was started.').length,
		byStatus,
		questions: questionsTo() - before,
		questionsAllowed: 200 + seconds + options.ended.length * (10 + 0.1 * seconds),
		seconds,
	};
}

export interface FloodOptions {
	place: TriggerPlace;
	trigger: ActiveTrigger;
	/** Jobs that have ended, and were not told of yet. */
	ended: readonly SandboxJob[];
	forgedPerSecond: number;
}

export interface Flood {
	forged: number;
	/** Answers to forged calls that told of a run. */
	forgedStarted: number;
	/** Genuine calls that started a run, in whichever try. */
	started: number;
	tries: number;
	/** Milliseconds until the slowest answer to a genuine call, whatever it said. */
	slowest: number;
}

/** As long as it takes until what strangers share is used up, and longer. */
const floodFirst = 6_000;

/** The pauses after which EvoLink calls again. */
const repeats = [1_000, 2_000, 4_000];

/** The callbacks of all these jobs at one moment, within a flood of forged ones. */
export async function flood({ place, trigger, ended, forgedPerSecond }: FloodOptions): Promise<Flood> {
	const url = trigger.localUrl;
	const kinds: Array<() => Call> = [
		() => ({ url, content: finished(madeUpId()) }),
		() => ({ url: `${url}?soraVideoToken=${madeUpToken()}`, content: finished(madeUpId()) }),
		() => ({ url, content: finished(madeUpId(), 'failed') }),
	];
	const calls = await Promise.all(ended.map(async ({ id, callbackUrl }) => ({ url: localCallback(place, callbackUrl), content: JSON.stringify((await statusOf(place.sandbox, 'evoLink', id)).body) })));
	const forged: Array<Promise<Sent>> = [];
	let isOver = false;
	const flooding = (async () => {
		const began = Date.now();
		while (!isOver) {
			for (const due = ((Date.now() - began) / 1000) * forgedPerSecond; forged.length < due; ) {
				const call = kinds[forged.length % kinds.length]?.();
				if (call) forged.push(send(call.url, call.content));
			}
			await sleep(10);
		}
	})();
	await sleep(floodFirst);
	const answers: Sent[] = [];
	await Promise.all(calls.map(async (call) => {
		for (const pause of [0, ...repeats]) {
			await sleep(pause);
			const answer = await send(call.url, call.content);
			answers.push(answer);
			if (answer.status === 200) return;
		}
	}));
	isOver = true;
	await flooding;
	const isStarted = ({ text }: Sent) => text === 'The workflow was started.';
	const all = await Promise.all(forged);
	return {
		forged: all.length,
		forgedStarted: all.filter(isStarted).length,
		started: answers.filter(isStarted).length,
		tries: answers.length,
		slowest: Math.max(...answers.map(({ milliseconds }) => milliseconds)),
	};
}
