import { createHash } from 'node:crypto';
import type { IContextObject, IExecuteFunctions } from 'n8n-workflow';

import { isObject, readText } from '../job/read';
import type { VideoJob } from '../job/VideoJob';
import { describeRequest } from '../job/VideoRequest';
import type { VideoRequest } from '../job/VideoRequest';
import { isTool } from '../waiting/suspension';

/** What is known of a create that was sent earlier in this execution. */
export type Sent = { state: 'created'; job: VideoJob } | { state: 'unknown' };

/** One item's request to one provider. */
export interface Asked {
	itemIndex: number;
	provider: string;
	request: VideoRequest;
}

const contextKey = 'soraVideoCreates';

function isVideoJob(value: unknown): value is VideoJob {
	return isObject(value) && typeof value.id === 'string' && typeof value.status === 'string';
}

function fingerprint({ provider, request }: Asked): string {
	return createHash('sha256').update(JSON.stringify([provider, request])).digest('hex');
}

/**
 * What this node has sent in this execution, kept in n8n's node context, which outlives the tries of
 * Retry On Fail and manual retries. Without it, each try would create, and pay for, all jobs anew.
 *
 * An entry holds for one run of the node and one item: the next round of a loop is a new job. So is
 * another request, but only where the user can have changed it, which is in a manual retry: within
 * one execution it is the same request with an expression evaluated anew (a time, a random seed).
 */
export class Ledger {
	private readonly entries: IContextObject;
	private readonly run: string;
	private readonly execution: string;
	/** An agent may call its tool for several videos in one run, all as the first item. */
	private readonly byRequest: boolean;

	constructor(context: IExecuteFunctions) {
		const nodeContext = context.getContext('node');
		this.run = `${context.getWorkflowDataProxy(0).$runIndex}.`;
		this.execution = context.getExecutionId();
		this.byRequest = isTool(context);
		const stored: unknown = nodeContext[contextKey];
		const kept = Object.entries(isObject(stored) ? stored : {}).filter(([key]) =>
			key.startsWith(this.run),
		);
		this.entries = Object.fromEntries(kept);
		nodeContext[contextKey] = this.entries;
	}

	private key(asked: Asked): string {
		return `${this.run}${asked.itemIndex}${this.byRequest ? `.${fingerprint(asked)}` : ''}`;
	}

	/** What became of this item's request earlier; null if it was never sent, or was refused. */
	find(asked: Asked): Sent | null {
		const entry: unknown = this.entries[this.key(asked)];
		if (!isObject(entry)) return null;
		if (entry.execution !== this.execution && entry.request !== fingerprint(asked)) return null;
		return isVideoJob(entry.job) ? { state: 'created', job: entry.job } : { state: 'unknown' };
	}

	/** Notes a request before it is sent: from here on its outcome is unknown until noted. */
	sending(asked: Asked): void {
		this.note(asked, null);
	}

	created(asked: Asked, job: VideoJob): void {
		this.note(asked, job);
	}

	refused(asked: Asked): void {
		Reflect.deleteProperty(this.entries, this.key(asked));
	}

	private note(asked: Asked, job: VideoJob | null): void {
		this.entries[this.key(asked)] = {
			execution: this.execution,
			request: fingerprint(asked),
			text: `item ${asked.itemIndex}, ${describeRequest(asked.request)}`,
			job,
		};
	}

	/** The jobs that this run has created, and the requests of which nobody knows what they created. */
	sum(): { jobIds: string[]; unknown: string[] } {
		const entries = Object.values(this.entries).filter(isObject);
		const jobs = entries.map(({ job }) => job).filter(isVideoJob);
		const unknown = entries.filter(({ job }) => !isVideoJob(job)).map(({ text }) => readText(text) ?? '');
		return { jobIds: jobs.map(({ id }) => id), unknown };
	}
}
