import { createHash } from 'node:crypto';

import type { VideoJob } from '../job/VideoJob';

/** 48 bits: of 20,000 remembered marks, one in 14 thousand million new ones is taken for one of them. */
const markLength = 8;

/** How many are remembered, in 160 KB: two of each ending whose callback URL had a token, else one. */
const defaultLimit = 20_000;

/** A job's ending, as one trigger of a workflow learns it. */
export type Ending = Pick<VideoJob, 'provider' | 'id' | 'status'>;

function markOf(...parts: readonly string[]): string {
	return createHash('sha256').update(parts.join('\n')).digest('base64url').slice(0, markLength);
}

function markOfEnding(trigger: string, { provider, id, status }: Ending): string {
	return markOf(trigger, provider, id, status);
}

/**
 * Which endings of jobs have had their run at which trigger of a workflow, and which tokens of callback
 * URLs they came with. The oldest is forgotten first.
 */
export class SeenEndings {
	private readonly marks = new Set<string>();
	/** Lately: an older text must not bring them back, as the newest, in the place of newer ones. */
	private readonly forgotten = new Set<string>();
	/** The texts that this process has written and read last: one that is known needn't be read again. */
	private written = '';
	private read = '';

	constructor(private readonly limit = defaultLimit) {}

	/**
	 * Learns what another process, or this one before a restart, has stored. What a workflow's static data
	 * holds can be anything, and of any size: no more is read than is remembered.
	 */
	restore(stored: unknown): void {
		if (typeof stored !== 'string') return;
		const text = stored.slice(-this.limit * markLength);
		if (text === this.written || text === this.read || !/^[\w-]*$/.test(text)) return;
		this.read = text;
		for (let at = text.length % markLength; at < text.length; at += markLength) {
			const mark = text.slice(at, at + markLength);
			if (!this.forgotten.has(mark)) this.marks.add(mark);
		}
		this.forgetOldest();
	}

	has(trigger: string, ending: Ending): boolean {
		return this.marks.has(markOfEnding(trigger, ending));
	}

	/** Whether this token of a callback URL came with an ending that was noted. */
	isUsed(trigger: string, token: string): boolean {
		return this.marks.has(markOf(trigger, 'token', token));
	}

	/**
	 * Looks an ending up and notes it in one step, so that of several calls at once one goes on.
	 *
	 * @param token Of the callback URL, which serves the first new ending that comes with it; null without one.
	 */
	note(trigger: string, ending: Ending, token: string | null): 'new' | 'seen' | 'tokenUsed' {
		const mark = markOfEnding(trigger, ending);
		if (this.marks.has(mark)) return 'seen';
		if (token !== null && this.isUsed(trigger, token)) return 'tokenUsed';
		this.marks.add(mark);
		if (token !== null) this.marks.add(markOf(trigger, 'token', token));
		this.forgetOldest();
		return 'new';
	}

	/** All of them as one text, for {@link restore}. */
	store(): string {
		this.written = [...this.marks].join('');
		return this.written;
	}

	private forgetOldest(): void {
		for (const mark of this.marks) {
			if (this.marks.size <= this.limit) break;
			this.marks.delete(mark);
			this.forgotten.add(mark);
		}
		for (const mark of this.forgotten) {
			if (this.forgotten.size <= this.limit) break;
			this.forgotten.delete(mark);
		}
	}
}
