import { createHash } from 'crypto';
import type { IContextObject, IExecuteFunctions } from 'n8n-workflow';

import { isObject } from '../job/read';
import type { VideoJob } from '../job/VideoJob';
import type { VideoRequest } from '../job/VideoRequest';

/** What is known of a create that was sent earlier in this execution. */
export type Sent = { state: 'created'; job: VideoJob } | { state: 'unknown' };

const contextKey = 'soraVideoCreates';

function isVideoJob(value: unknown): value is VideoJob {
	return isObject(value) && typeof value.id === 'string' && typeof value.status === 'string';
}

/**
 * What this node has sent in this execution, kept in n8n's node context, which outlives the tries of
 * Retry On Fail and manual retries. Without it, each try would create, and pay for, all jobs anew.
 *
 * An entry holds for one run of the node, one item and one request: the next round of a loop, or a
 * changed prompt, is a new job.
 */
export class Ledger {
	private readonly entries: IContextObject;
	private readonly run: string;

	constructor(context: IExecuteFunctions) {
		const nodeContext = context.getContext('node');
		this.run = `${context.getWorkflowDataProxy(0).$runIndex}.`;
		const stored: unknown = nodeContext[contextKey];
		const kept = Object.entries(isObject(stored) ? stored : {}).filter(([key]) =>
			key.startsWith(this.run),
		);
		this.entries = Object.fromEntries(kept);
		nodeContext[contextKey] = this.entries;
	}

	private key(itemIndex: number, provider: string, request: VideoRequest): string {
		const text = JSON.stringify([provider, request]);
		return `${this.run}${itemIndex}.${createHash('sha256').update(text).digest('hex')}`;
	}

	/** What became of this item's request earlier; null if it was never sent, or was refused. */
	find(itemIndex: number, provider: string, request: VideoRequest): Sent | null {
		const entry: unknown = this.entries[this.key(itemIndex, provider, request)];
		if (!isObject(entry)) return null;
		return isVideoJob(entry.job) ? { state: 'created', job: entry.job } : { state: 'unknown' };
	}

	/** Notes a request before it is sent: from here on its outcome is unknown until noted. */
	sending(itemIndex: number, provider: string, request: VideoRequest): void {
		this.entries[this.key(itemIndex, provider, request)] = { state: 'unknown' };
	}

	created(itemIndex: number, provider: string, request: VideoRequest, job: VideoJob): void {
		this.entries[this.key(itemIndex, provider, request)] = { state: 'created', job };
	}

	refused(itemIndex: number, provider: string, request: VideoRequest): void {
		Reflect.deleteProperty(this.entries, this.key(itemIndex, provider, request));
	}
}
