import fc from 'fast-check';

import { readRetryAfter } from '../../../nodes/SoraVideo/job/retryAfter';

const now = Date.UTC(2026, 10, 20, 12, 0, 0);
const ceiling = 120_000;

describe('readRetryAfter', () => {
	it.each([
		['seconds as text', { 'retry-after': '5' }, 5_000],
		['seconds as a number', { 'retry-after': 5 }, 5_000],
		['fraction of seconds', { 'retry-after': '1.5' }, 1_500],
		['zero', { 'retry-after': '0' }, 0],
		['spaces around', { 'retry-after': ' 5 ' }, 5_000],
		['milliseconds', { 'retry-after-ms': '250' }, 250],
		['milliseconds as a number', { 'retry-after-ms': 250 }, 250],
		['milliseconds before seconds', { 'retry-after-ms': '250', 'retry-after': '5' }, 250],
		['seconds where the milliseconds are nonsense', { 'retry-after-ms': 'x', 'retry-after': '5' }, 5_000],
		['HTTP date', { 'retry-after': 'Fri, 20 Nov 2026 12:00:30 GMT' }, 30_000],
		['HTTP date of RFC 850', { 'retry-after': 'Friday, 20-Nov-26 12:00:30 GMT' }, 30_000],
		['HTTP date that is now', { 'retry-after': 'Fri, 20 Nov 2026 12:00:00 GMT' }, 0],
		['seconds at the ceiling', { 'retry-after': '120' }, ceiling],
		['seconds above the ceiling', { 'retry-after': '3600' }, ceiling],
		['milliseconds above the ceiling', { 'retry-after-ms': '3600000' }, ceiling],
		['HTTP date above the ceiling', { 'retry-after': 'Sat, 20 Nov 2027 12:00:00 GMT' }, ceiling],
	])('%s', (_name, headers, expected) => {
		expect(readRetryAfter(headers, now)).toBe(expected);
	});

	it.each([
		['no headers', {}],
		['other headers', { 'content-type': 'application/json' }],
		['empty', { 'retry-after': '' }],
		['words', { 'retry-after': 'soon' }],
		['NaN', { 'retry-after': 'NaN' }],
		['NaN as a number', { 'retry-after': Number.NaN }],
		['negative seconds', { 'retry-after': '-5' }],
		['negative milliseconds', { 'retry-after-ms': '-5' }],
		['endless', { 'retry-after': 'Infinity' }],
		['date in the past', { 'retry-after': 'Fri, 20 Nov 2026 11:59:00 GMT' }],
		['date long past', { 'retry-after': 'Sun, 06 Nov 1994 08:49:37 GMT' }],
		['impossible date', { 'retry-after': 'Fri, 99 Nov 2026 12:00:00 GMT' }],
		['null', { 'retry-after': null }],
		['list', { 'retry-after': ['a', 'b'] }],
		['object', { 'retry-after': {} }],
	])('%s asks for nothing', (_name, headers) => {
		expect(readRetryAfter(headers, now)).toBeNull();
	});

	it.each([
		['Replicate', 'Request was throttled. Your rate limit resets in ~30s.', 30_000],
		['OpenAI', 'Rate limit reached for sora-2. Please try again in 1.5s. Visit https://example.com', 1_500],
		['OpenAI, less than a second', 'Please try again in 250ms.', 250],
		['whole words', 'Retry after 12 seconds', 12_000],
		['more than two minutes', 'resets in 3600s', ceiling],
	])('words, where no header says it: %s', (_name, said, expected) => {
		expect(readRetryAfter({}, now, said)).toBe(expected);
		expect(readRetryAfter({ 'retry-after': '5' }, now, said)).toBe(5_000);
	});

	it.each([null, 'Too many requests', 'Try again in a minute', 'The video has 5 seconds', 'Try again. It took 5s', 'resets in 5 sunny days'])(
		'%s names no seconds',
		(said) => {
			expect(readRetryAfter({}, now, said)).toBeNull();
		},
	);

	it('any headers give null or 0 to two minutes', () => {
		const value = fc.oneof(fc.string(), fc.double(), fc.integer(), fc.date().map(String), fc.anything());
		const headers = fc.record({ 'retry-after': value, 'retry-after-ms': value }, { requiredKeys: [] });
		fc.assert(
			fc.property(headers, (sent) => {
				const wait = readRetryAfter(sent, now);
				if (wait === null) return;
				expect(wait).toBeGreaterThanOrEqual(0);
				expect(wait).toBeLessThanOrEqual(ceiling);
			}),
			{ seed: 1, numRuns: 2000 },
		);
	});
});
