import { createHash } from 'node:crypto';

import type { VideoJob } from '../job/VideoJob';

/** 48 bits: of 10,000 remembered endings, one in 30 thousand million new ones is taken for one of them. */
const markLength = 8;

/** How many are remembered: three days and more of a thousand and more jobs a day, in 80 KB. */
const defaultLimit = 10_000;

/** A job's ending, as one trigger of a workflow learns it. */
export type Ending = Pick<VideoJob, 'provider' | 'id' | 'status'>;

/** Which endings of jobs have had their run, at which trigger of a workflow. The oldest is forgotten first. */
export class Endings {
	private readonly marks = new Set<string>();
	/** Lately: an older text must not bring them back, as the newest, in the place of newer ones. */
	private readonly forgotten = new Set<string>();
	private stored = '';

	constructor(private readonly limit = defaultLimit) {}

	private static markOf(trigger: string, { provider, id, status }: Ending): string {
		return createHash('sha256').update(`${trigger}\n${provider}\n${id}\n${status}`).digest('base64url').slice(0, markLength);
	}

	/** Learns what another process, or this one before a restart, has stored. */
	restore(stored: unknown): void {
		if (typeof stored !== 'string' || stored === this.stored) return;
		for (let at = 0; at + markLength <= stored.length; at += markLength) {
			const mark = stored.slice(at, at + markLength);
			if (!this.forgotten.has(mark)) this.marks.add(mark);
		}
		this.forgetOldest();
	}

	has(trigger: string, ending: Ending): boolean {
		return this.marks.has(Endings.markOf(trigger, ending));
	}

	/** @returns Whether it is new. */
	add(trigger: string, ending: Ending): boolean {
		const mark = Endings.markOf(trigger, ending);
		if (this.marks.has(mark)) return false;
		this.marks.add(mark);
		this.forgetOldest();
		return true;
	}

	/** All of them as one text, for {@link restore}. */
	store(): string {
		this.stored = [...this.marks].join('');
		return this.stored;
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
