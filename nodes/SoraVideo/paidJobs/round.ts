import { isObject } from '../job/read';
import { describeRequest } from '../job/VideoRequest';
import { afterEvent, asksForOther, isItemRecord } from './itemRecord';
import type { ItemRecord, JobEvent } from './itemRecord';

/**
 * What is known of the jobs of one round: one run of the node in the workflow's eyes, with all its tries
 * and wake-ups. Plain JSON, since n8n stores it.
 */
export interface Round {
	/** By the item's index. */
	items: Record<string, ItemRecord>;
	/** What items were sent for before the user changed what they ask for, and by which they are still told. */
	earlier: Array<{ item: number; record: ItemRecord }>;
	/** The durable mark that was set last; null before the first create. */
	mark: string | null;
	/** Whether all items have left with what they asked for, so that the same request is a new one. */
	isDone: boolean;
}

export function newRound(): Round {
	return { items: {}, earlier: [], mark: null, isDone: false };
}

function isEarlier(value: unknown): value is Round['earlier'][number] {
	return isObject(value) && typeof value.item === 'number' && isItemRecord(value.record);
}

/** A round as it was stored; null where the value is none. */
export function readRound(value: unknown): Round | null {
	if (!isObject(value) || !isObject(value.items) || !Array.isArray(value.earlier)) return null;
	const stored: unknown[] = value.earlier;
	const items = Object.entries(value.items).filter((entry): entry is [string, ItemRecord] => isItemRecord(entry[1]));
	const earlier = stored.filter(isEarlier);
	const mark = typeof value.mark === 'string' ? value.mark : null;
	return { items: Object.fromEntries(items), earlier, mark, isDone: value.isDone === true };
}

/** Whether an event begins another job than the one that the item's record speaks of. */
function beginsAnother(record: ItemRecord, event: JobEvent): boolean {
	if (event.type === 'sending') return record.state === 'job' || asksForOther(record, event.create);
	return event.type === 'named' && record.create !== null && !(record.state === 'job' && record.jobId === event.jobId);
}

/** Puts an event into the round. What was sent for another video before is still told. */
export function note(round: Round, item: number, event: JobEvent): void {
	let record = round.items[item];
	if (record && beginsAnother(record, event)) {
		round.earlier.push({ item, record });
		record = undefined;
	}
	const next = afterEvent(record, event);
	if (next) round.items[item] = next;
	else Reflect.deleteProperty(round.items, item);
}

/** An item's place as a person counts: `item 2 of 5`; empty where it is the only one. */
export function placeOf(item: number, total: number): string {
	return total > 1 ? `item ${item + 1} of ${total}` : '';
}

/** Everything that a round has to tell, for errors and hints. */
export interface Told {
	/** Ids of the jobs that exist, each once. */
	jobIds: string[];
	/** Those of them that this round created, and that have not failed. */
	charged: string[];
	/** Ids that items name, of which nothing else is known. */
	named: string[];
	/** The requests of which nobody knows what they created. */
	unknown: string[];
}

/** @param total How many items the node has. */
export function tell(round: Round, total: number): Told {
	const all = [
		...round.earlier,
		...Object.entries(round.items).map(([item, record]) => ({ item: Number(item), record })),
	];
	// An id that was only typed in may be no job at all.
	const jobs = all.flatMap(({ record }) => (record.state === 'job' && (record.create ?? record.job) ? [record] : []));
	const isCharged = ({ create, job }: (typeof jobs)[number]) =>
		create !== null && job?.status !== 'failed' && job?.status !== 'cancelled';
	const unknown = all.flatMap(({ item, record }) =>
		record.create && (record.state === 'unknown' || record.lost > 0)
			? [[placeOf(item, total), describeRequest(record.create)].filter((part) => part !== '').join(', ')]
			: [],
	);
	return {
		jobIds: [...new Set(jobs.map(({ jobId }) => jobId))],
		charged: [...new Set(jobs.filter(isCharged).map(({ jobId }) => jobId))],
		named: [...new Set(all.flatMap(({ record }) => (record.state === 'job' && !record.create && !record.job ? [record.jobId] : [])))],
		unknown,
	};
}
