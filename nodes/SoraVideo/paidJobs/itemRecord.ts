import { isObject } from '../job/read';
import type { VideoJob } from '../job/VideoJob';
import type { ProviderRequest } from '../providers/Provider';

/** A create as it was sent. Everything else that speaks of a sent create means this. */
export interface SentCreate {
	model: string;
	prompt: string;
	/** Of the fields as the user set them, expressions unevaluated. */
	parameters: string;
	/** Of what they gave. */
	request: string;
	/** Made once, and sent where the provider takes one, however often the create is asked for again. */
	idempotencyKey: string;
	/** Whether it is only supposed to have been sent, by an execution that n8n has begun again since. */
	byFirstBeginning: boolean;
	/** The very request, for asking again with the same key; null where that can't be or is too large to keep. */
	again: ProviderRequest | null;
}

/** A create that is about to be sent: what the item asks for now. */
export type AskedCreate = Omit<SentCreate, 'idempotencyKey' | 'byFirstBeginning' | 'again'>;

/**
 * What is known of one item's job. Plain JSON, since n8n stores it. An item that nothing was sent for, or
 * whose creates were all refused, has none.
 */
export type ItemRecord =
	/** Nobody knows whether the provider accepted it; so sent `lost` times. */
	| { state: 'unknown'; create: SentCreate; lost: number }
	/** `create` is null where the item named the job; `lost` counts sends before the one that gave the job. */
	| { state: 'job'; create: SentCreate | null; lost: number; jobId: string; job: VideoJob | null };

/** What can become of an item's job. */
export type JobEvent =
	/** Noted before the request leaves: from here on its outcome is unknown. */
	| { type: 'sending'; create: SentCreate }
	| { type: 'accepted'; job: VideoJob }
	/** An answer that proves that nothing was accepted. */
	| { type: 'refused' }
	/** The item names a job that exists already. */
	| { type: 'named'; jobId: string }
	/** The provider has told the job's state. */
	| { type: 'seen'; job: VideoJob };

/** What an item's record becomes; undefined where there is nothing to tell of it. */
export function afterEvent(record: ItemRecord | undefined, event: JobEvent): ItemRecord | undefined {
	const lost = record?.state === 'unknown' ? record.lost : 0;
	switch (event.type) {
		case 'sending':
			return { state: 'unknown', create: event.create, lost: lost + 1 };
		case 'accepted':
			return {
				state: 'job',
				create: record?.create ? { ...record.create, again: null } : null,
				lost: Math.max(0, lost - 1),
				jobId: event.job.id,
				job: event.job,
			};
		case 'refused':
			// An answer tells of its own sending only.
			if (record?.state !== 'unknown') return record;
			return lost > 1 ? { ...record, lost: lost - 1 } : undefined;
		case 'named':
			return record?.state === 'job' && record.jobId === event.jobId
				? record
				: { state: 'job', create: null, lost: 0, jobId: event.jobId, job: null };
		case 'seen':
			return record?.state === 'job'
				? { ...record, jobId: event.job.id, job: event.job }
				: { state: 'job', create: null, lost: 0, jobId: event.job.id, job: event.job };
	}
}

/**
 * Whether an item now asks for another video than the one it was sent for. An expression that gives
 * another value in a later try (a time, a random seed) doesn't make it another one: only what the user
 * has changed does, and that only where the request became another one with it.
 */
export function asksForOther(record: ItemRecord, asked: AskedCreate): boolean {
	const { create } = record;
	return create !== null && create.parameters !== asked.parameters && create.request !== asked.request;
}

function isCreate(value: unknown): boolean {
	return isObject(value) && typeof value.prompt === 'string' && typeof value.idempotencyKey === 'string';
}

/** Whether a stored value is a record as this file makes them. */
export function isItemRecord(value: unknown): value is ItemRecord {
	if (!isObject(value) || typeof value.lost !== 'number') return false;
	if (value.state === 'unknown') return isCreate(value.create);
	const hasJob = value.job === null || (isObject(value.job) && typeof value.job.id === 'string');
	return value.state === 'job' && typeof value.jobId === 'string' && hasJob && (value.create === null || isCreate(value.create));
}
