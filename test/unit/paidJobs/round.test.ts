import * as fc from 'fast-check';

import { asksForOther, isItemRecord } from '../../../nodes/SoraVideo/paidJobs/itemRecord';
import type { ItemRecord, JobEvent, SentCreate } from '../../../nodes/SoraVideo/paidJobs/itemRecord';
import { newRound, note, placeOf, readRound, tell } from '../../../nodes/SoraVideo/paidJobs/round';
import type { Round } from '../../../nodes/SoraVideo/paidJobs/round';
import type { JobStatus, VideoJob } from '../../../nodes/SoraVideo/job/VideoJob';
import { aVideoJob } from '../fixtures';

function createOf(prompt: string, more: Partial<SentCreate> = {}): SentCreate {
	return { model: 'm', prompt, parameters: 'fields', request: prompt, idempotencyKey: `key of ${prompt}`, byFirstBeginning: false, again: null, ...more };
}

function jobOf(id: string, status: JobStatus = 'queued'): VideoJob {
	return aVideoJob({ provider: 'evoLink', id, model: 'm', status, rawStatus: null });
}

const sending = (prompt: string, more?: Partial<SentCreate>): JobEvent => ({ type: 'sending', create: createOf(prompt, more) });
const accepted = (id: string): JobEvent => ({ type: 'accepted', job: jobOf(id) });
const refused: JobEvent = { type: 'refused' };

function after(...events: JobEvent[]): Round {
	const round = newRound();
	for (const event of events) note(round, 0, event);
	return round;
}

const told = (events: JobEvent[]) => tell(after(...events), 1);

describe('what is told', () => {
	it.each<[string, JobEvent[], string[], string[], string[], string[]?]>([
		['nothing', [], [], [], []],
		['sent', [sending('Sea')], [], [], ['"Sea" (m)']],
		['refused', [sending('Sea'), refused], [], [], []],
		['accepted', [sending('Sea'), accepted('a')], ['a'], ['a'], []],
		['sent again, then refused: the first may have been accepted', [sending('Sea'), sending('Sea'), refused], [], [], ['"Sea" (m)']],
		['sent again, then accepted: so may the first', [sending('Sea'), sending('Sea'), accepted('a')], ['a'], ['a'], ['"Sea" (m)']],
		['named only', [{ type: 'named', jobId: 'a' }], [], [], [], ['a']],
		['named and seen', [{ type: 'named', jobId: 'a' }, { type: 'seen', job: jobOf('a') }], ['a'], [], []],
		['accepted, then failed', [sending('Sea'), accepted('a'), { type: 'seen', job: jobOf('a', 'failed') }], ['a'], [], []],
		['accepted, then asked for another', [sending('Sea'), accepted('a'), sending('Moor', { parameters: 'others' })], ['a'], ['a'], ['"Moor" (m)']],
		['unknown, then asked for another', [sending('Sea'), sending('Moor', { parameters: 'others' }), accepted('b')], ['b'], ['b'], ['"Sea" (m)']],
		['accepted, then another named', [sending('Sea'), accepted('a'), { type: 'named', jobId: 'b' }], ['a'], ['a'], [], ['b']],
	])('%s', (_name, events, jobIds, charged, unknown, named = []) => {
		expect(told(events)).toEqual({ jobIds, charged, unknown, named });
	});

	it('the place of an item as a person counts, where there are several', () => {
		const round = newRound();
		note(round, 4, sending('Sea'));
		expect(tell(round, 5).unknown).toEqual(['item 5 of 5, "Sea" (m)']);
		expect(placeOf(0, 1)).toBe('');
	});
});

describe('another video is asked for', () => {
	const record: ItemRecord = { state: 'unknown', create: createOf('Sea'), lost: 1 };
	it.each([
		[false, 'the same', createOf('Sea')],
		[false, 'an expression gives another value', createOf('Sea 0.3')],
		[false, 'the user has written the same in another way', createOf('Sea', { parameters: 'others' })],
		[true, 'the user has changed it', createOf('Moor', { parameters: 'others' })],
	])('%p: %s', (expected, _name, asked) => {
		expect(asksForOther(record, asked)).toBe(expected);
	});
});

describe('whatever happens', () => {
	const prompts = fc.constantFrom('Sea', 'Moor');
	const ids = fc.constantFrom('a', 'b', 'c');
	const events: fc.Arbitrary<JobEvent> = fc.oneof(
		fc.record({ type: fc.constant('sending' as const), create: fc.tuple(prompts, fc.constantFrom('fields', 'others')).map(([prompt, parameters]) => createOf(prompt, { parameters })) }),
		ids.map((id) => accepted(id)),
		fc.constant(refused),
		ids.map((jobId): JobEvent => ({ type: 'named', jobId })),
		ids.map((id): JobEvent => ({ type: 'seen', job: jobOf(id) })),
	);

	/** How many sends an answer proves nothing of, and the ids that answers to creates have given. */
	function count(all: JobEvent[]): { open: number; ids: Set<string> } {
		let open = 0;
		let isOpen = false;
		const given = new Set<string>();
		for (const event of all) {
			if (event.type === 'sending') {
				open += 1;
				isOpen = true;
			} else if (isOpen && (event.type === 'accepted' || event.type === 'refused')) {
				open -= 1;
				isOpen = false;
			}
			if (event.type === 'accepted') given.add(event.job.id);
		}
		return { open, ids: given };
	}

	/** As a node does it: an answer follows its own sending, and a job is asked for once there is one. */
	const stories = fc.array(
		fc.oneof(
			fc.tuple(prompts, fc.constantFrom('fields', 'others'), fc.constantFrom('accepted', 'refused', 'nothing'), fc.uuid()).map(
				([prompt, parameters, answer, id]): JobEvent[] => [
					sending(prompt, { parameters }),
					...(answer === 'accepted' ? [accepted(id)] : answer === 'refused' ? [refused] : []),
				],
			),
			fc.constant<JobEvent[]>([{ type: 'named', jobId: 'by hand' }]),
		),
		{ maxLength: 12 },
	);

	it('an id that an answer gave is told ever after', () => {
		fc.assert(
			fc.property(stories, (story) => {
				const all = story.flat();
				const { jobIds } = told(all);
				for (const id of count(all).ids) expect(jobIds).toContain(id);
			}),
		);
	});

	it('as long as a sending has no answer, a request is told as unknown; and none once all have', () => {
		fc.assert(
			fc.property(stories, (story) => {
				const all = story.flat();
				expect(told(all).unknown.length > 0).toBe(count(all).open > 0);
			}),
		);
	});

	it('in any order, the round stays readable, and survives being stored at any moment', () => {
		fc.assert(
			fc.property(fc.array(events, { maxLength: 20 }), fc.nat(20), (all, storedAt) => {
				let round = newRound();
				all.forEach((event, index) => {
					if (index === storedAt) round = readRound(JSON.parse(JSON.stringify(round))) ?? newRound();
					note(round, 0, event);
				});
				expect(round).toEqual(after(...all));
				expect(Object.values(round.items).every(isItemRecord)).toBe(true);
			}),
		);
	});

	it('what is no round is none', () => {
		fc.assert(
			fc.property(fc.anything(), (value) => {
				const round = readRound(value);
				expect(round === null || Object.values(round.items).every(isItemRecord)).toBe(true);
			}),
		);
		expect(readRound({ items: { 0: { state: 'job' }, 1: { state: 'unknown', lost: 1, create: {} } }, earlier: [7] })).toEqual(newRound());
	});
});
