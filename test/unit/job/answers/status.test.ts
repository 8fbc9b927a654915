import fc from 'fast-check';

import { readStatus } from '../../../../nodes/SoraVideo/job/answers/status';
import { isEnded } from '../../../../nodes/SoraVideo/job/VideoJob';
import { statuses } from '../../fixtures';

/** The words of all documents and clients, row by row. */
const table = {
	queued:
		'queued, pending, waiting, in_queue, IN_QUEUE, queuing, queueing, submitted, created, starting, not_started, NOT_START, staged',
	processing: 'processing, in_progress, IN_PROGRESS, generating, active, running, dreaming',
	completed: 'completed, COMPLETED, succeeded, succeed, success, SUCCESS, finished, done, OK',
	failed: 'failed, fail, error, ERROR, FAILURE, FAILED, expired, timeout, aborted',
	cancelled: 'cancelled, canceled',
};

const rows = Object.entries(table).flatMap(([status, words]) =>
	words.split(', ').map((word): [string, string] => [word, status]),
);

describe('readStatus', () => {
	it.each(rows)('%s is %s', (word, status) => {
		expect(readStatus(word)).toBe(status);
	});

	it.each(rows)('%s is %s in any case', (word, status) => {
		expect(readStatus(word.toUpperCase())).toBe(status);
		expect(readStatus(word.toLowerCase())).toBe(status);
		expect(readStatus(word.charAt(0).toUpperCase() + word.slice(1).toLowerCase())).toBe(status);
	});

	it.each([
		['unknown word', 'rendering'],
		['word that begins like an ending', 'failed_over'],
		['word that ends like an ending', 'not_completed'],
		['two words', 'completed failed'],
		['empty', ''],
		['an HTTP status', '404'],
		['a name that every object has', 'constructor'],
		['another name that every object has', '__proto__'],
	])('%s ("%s") is processing, never an ending', (_name, word) => {
		expect(readStatus(word)).toBe('processing');
	});

	it('no word is processing', () => {
		expect(readStatus(null)).toBe('processing');
	});

	it('a word of any length is looked through once', () => {
		expect(readStatus('task_'.repeat(1_000_000))).toBe('processing');
	});

	it('any text is one of the five', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary' }), (word) => {
				expect(statuses).toContain(readStatus(word));
			}),
			{ seed: 1, numRuns: 1000 },
		);
	});
});

describe('isEnded', () => {
	it.each([
		['queued', false],
		['processing', false],
		['completed', true],
		['failed', true],
		['cancelled', true],
	] as const)('%s: %s', (status, ended) => {
		expect(isEnded(status)).toBe(ended);
	});
});
