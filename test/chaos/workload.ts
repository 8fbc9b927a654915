import { setTimeout as sleep } from 'node:timers/promises';

import { chance } from '../sandbox/chance';
import type { Flow } from './flows';

/** One execution that is to be started. */
export interface Order {
	/** From 1. */
	number: number;
	flow: Flow;
	/** What the sandbox is to do with each item's job. */
	directives: string[];
}

/** One call of a webhook: one execution, unless n8n was gone. */
export interface Started {
	order: Order;
	/** By which each item's request is known in sandbox, items and logs: no other call has them. */
	tokens: string[];
	/** Whether n8n said that it has begun. A call that broke off may have begun one all the same. */
	isAnswered: boolean;
}

export const itemsOfEach = 5;
const callLimitMs = 20_000;
const pauseMs = 1_000;
/** An n8n that is gone for longer is gone for good. */
const mostAttempts = 120;

/** The request's own name in a text, as in the prompts of `tokensOf`. */
export const anyToken = /boat-\d+-\d+-\d+/g;

function tokensOf({ number, directives }: Order, attempt: number): string[] {
	return directives.map((_, item) => `boat-${number}-${item + 1}-${attempt}`);
}

function directiveOf(flow: Flow, seed: number, number: number, item: number): string {
	const words = [seed, flow.name, number, item];
	const [least, most] = flow.jobSeconds;
	const seconds = least + Math.floor(chance('seconds', ...words) * (most - least + 1));
	const fails = chance('fail', ...words) < 0.1 ? ' fail=moderation' : '';
	// Only gateways give ids of whatever form; the other providers' have one that their documents show.
	const isOdd = flow.provider === 'openAi' && chance('id', ...words) < 0.5;
	return `seconds=${seconds}${fails}${isOdd ? ' id=odd' : ''}`;
}

/** The executions of a run: all flows in turn, in an order that the seed gives. */
export function planOrders(flows: readonly Flow[], jobs: number, seed: number): Order[] {
	const count = Math.ceil(jobs / itemsOfEach);
	return Array.from({ length: count }, (_, index) => {
		const round = Math.floor(index / flows.length);
		const shuffled = flows.map((flow) => ({ flow, place: chance('order', seed, round, flow.name) })).sort((one, other) => one.place - other.place);
		const flow = shuffled[index % flows.length]?.flow;
		if (!flow) throw new Error('no flows');
		const items = Math.min(itemsOfEach, jobs - index * itemsOfEach);
		const number = index + 1;
		return { number, flow, directives: Array.from({ length: items }, (__, item) => directiveOf(flow, seed, number, item)) };
	});
}

async function call(url: string, prompts: string[]): Promise<boolean> {
	const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ prompts }), signal: AbortSignal.timeout(callLimitMs) };
	return await fetch(url, init).then(({ ok }) => ok, () => false);
}

/**
 * Starts the executions one after the other, at a pace. A call that n8n doesn't answer is made again, with
 * other names for its requests, since nobody knows whether it has begun the execution.
 *
 * @param paceMs From one start to the next.
 */
export async function startOrders(orders: readonly Order[], webhookUrls: readonly string[], paceMs: number): Promise<Started[]> {
	const started: Started[] = [];
	let calls = 0;
	const start = async (order: Order) => {
		for (let attempt = 1, isAnswered = false; !isAnswered; attempt += 1) {
			const tokens = tokensOf(order, attempt);
			const prompts = tokens.map((token, item) => `${token} A paper boat sails down a rain gutter [sandbox ${order.directives[item] ?? ''}]`);
			if (attempt > mostAttempts) throw new Error(`n8n doesn't answer the calls of ${order.flow.name}`);
			isAnswered = await call(`${webhookUrls[calls++ % webhookUrls.length] ?? ''}/webhook/${order.flow.name}`, prompts);
			started.push({ order, tokens, isAnswered });
			if (!isAnswered) await sleep(pauseMs);
		}
	};
	const running: Array<Promise<void>> = [];
	for (const order of orders) {
		running.push(start(order));
		await sleep(paceMs);
	}
	await Promise.all(running);
	return started;
}
