import { randomBytes } from 'node:crypto';
import type { Clock } from './clock';
import type { Directives } from './faults';

export type Phase = 'queued' | 'processing' | 'completed' | 'failed';

export interface JobOrder {
	id: string;
	provider: string;
	model: string;
	prompt: string;
	body: unknown;
	/** The video's own size and length, as asked for. */
	size: string;
	duration: number;
	/** A key of the provider's failures that this job will end with, whatever its prompt says. */
	failure?: string | null;
	/** How long the result link works. */
	linkHours?: number;
	callbackUrl?: string | null;
	/** After so long it is cancelled by itself, unless it has ended. */
	lifetimeSeconds?: number;
	/** By which the provider knows the create when it comes again. */
	idempotencyKey?: string | null;
}

const queuedWords = ['queued', 'pending', 'in_queue', 'waiting', 'queuing'];
const completedWords = ['completed', 'done', 'succeeded', 'success'];
const failedWords = ['failed', 'fail', 'error', 'cancelled', 'canceled', 'expired', 'aborted', 'timeout', 'incomplete', 'budget_exceeded'];

export class Job {
	readonly id: string;
	readonly provider: string;
	readonly model: string;
	readonly prompt: string;
	readonly body: unknown;
	readonly size: string;
	readonly duration: number;
	readonly linkHours: number | null;
	readonly callbackUrl: string | null;
	readonly createdAt: number;
	/** When it is cancelled by itself, unless it has ended; null: never. */
	readonly deadline: number | null;
	readonly idempotencyKey: string | null;
	/** Of the video's file on the CDN. */
	token = randomBytes(16).toString('hex');
	/** How often the video behind the link was replaced by another one. */
	replaced = 0;
	/** How often its status was told. */
	asks = 0;
	private readonly plannedFailure: string | null;
	private scriptedEnd: number | null = null;
	private cancelsAt: number | null;
	private isBehind = false;

	constructor(
		order: JobOrder,
		readonly fingerprint: string,
		private readonly directives: Directives,
		readonly runSeconds: number,
		private readonly clock: Clock,
	) {
		this.id = order.id;
		this.provider = order.provider;
		this.model = order.model;
		this.prompt = order.prompt;
		this.body = order.body;
		this.size = order.size;
		this.duration = order.duration;
		this.linkHours = order.linkHours ?? null;
		this.callbackUrl = order.callbackUrl ?? null;
		this.idempotencyKey = order.idempotencyKey ?? null;
		this.plannedFailure = directives.fail ?? order.failure ?? null;
		this.createdAt = clock.now();
		this.deadline = order.lifetimeSeconds === undefined ? null : this.createdAt + order.lifetimeSeconds * 1000;
		this.cancelsAt = this.deadline;
	}

	/** Ends it now. One that has ended stays as it is. */
	cancel(): void {
		if (!this.hasEnded) this.cancelsAt = this.clock.now();
	}

	/** From now on the link is another one, and the old one is dead. */
	renewLink(): void {
		this.token = randomBytes(16).toString('hex');
	}

	/** As a server tells it that hasn't heard the latest, whatever was told before. */
	asQueued<Told>(tell: () => Told): Told {
		this.isBehind = true;
		try {
			return tell();
		} finally {
			this.isBehind = false;
		}
	}

	/** Moves a job with scripted states one on. */
	ask(): void {
		this.asks += 1;
		if (this.directives.states.length && this.hasEnded) this.scriptedEnd ??= this.clock.now();
	}

	/** The word a `states=` script wants told verbatim. */
	get scriptedState(): string | null {
		const { states } = this.directives;
		if (this.isCancelled || this.isBehind) return null;
		return this.asks ? (states[Math.min(this.asks, states.length) - 1] ?? null) : null;
	}

	private get isCancelled(): boolean {
		if (this.isBehind || this.cancelsAt === null || this.clock.now() < this.cancelsAt) return false;
		const end = this.ownEnd;
		return end === null || this.cancelsAt < end;
	}

	/** When it ends or has ended, if nobody cancels it; null where that isn't known. */
	private get ownEnd(): number | null {
		if (this.directives.states.length) return this.scriptedEnd;
		return this.directives.slow ? null : this.createdAt + this.runSeconds * 1000;
	}

	get status(): Phase {
		if (this.isCancelled) return 'failed';
		if (this.directives.states.length) {
			const word = this.scriptedState?.toLowerCase() ?? null;
			if (word === null || queuedWords.includes(word)) return 'queued';
			if (completedWords.includes(word)) return 'completed';
			return failedWords.includes(word) ? 'failed' : 'processing';
		}
		if (this.fraction < 1) return this.fraction < 0.1 ? 'queued' : 'processing';
		return this.plannedFailure ? 'failed' : 'completed';
	}

	get hasEnded(): boolean {
		return this.status === 'completed' || this.status === 'failed';
	}

	get failure(): string | null {
		if (this.status !== 'failed') return null;
		if (this.isCancelled) return 'cancelled';
		return this.plannedFailure ?? (this.scriptedState?.startsWith('cancel') ? 'cancelled' : 'internal');
	}

	/** 0–1. */
	get fraction(): number {
		if (this.isBehind) return 0;
		if (this.directives.states.length) return Math.min(1, this.asks / this.directives.states.length);
		if (this.directives.slow) return Math.min(0.95, (this.clock.now() - this.createdAt) / 1e6);
		if (this.runSeconds <= 0) return 1;
		return Math.min(1, (this.clock.now() - this.createdAt) / (this.runSeconds * 1000));
	}

	get endedAt(): number | null {
		if (!this.hasEnded) return null;
		return this.isCancelled ? this.cancelsAt : this.ownEnd;
	}

	get linkExpired(): boolean {
		if (this.linkHours === null || this.endedAt === null) return false;
		return this.clock.now() > this.endedAt + this.linkHours * 3_600_000;
	}

	toJSON(): Record<string, unknown> {
		const { id, provider, model, prompt, fingerprint, body, size, duration, callbackUrl, createdAt, runSeconds, asks } = this;
		const { status, failure, endedAt, scriptedState } = this;
		return {
			id, provider, model, prompt, fingerprint, body, size, duration, callbackUrl,
			createdAt, runSeconds, asks, status, failure, endedAt, scriptedState,
		};
	}
}

export class JobStore {
	readonly all: Job[] = [];

	find(provider: string, id: string | null): Job | undefined {
		return this.all.find((job) => job.provider === provider && job.id === id);
	}

	byToken(token: string): Job | undefined {
		return this.all.find((job) => job.token === token);
	}

	running(provider: string): number {
		return this.all.filter((job) => job.provider === provider && !job.hasEnded).length;
	}
}
