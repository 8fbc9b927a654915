import { createHmac } from 'node:crypto';

import fc from 'fast-check';

import { addCorrelation, readCorrelation } from '../../../nodes/SoraVideo/callbacks/correlation';

const signWith = (key: string) => (text: string) => createHmac('sha256', key).update(text).digest('base64url');
const sign = signWith('key-1');
const url = 'https://n8n.example.com/webhook/1f0c/callback?mode=a%20b';

/** As Express parses a query. */
function queryOf(link: string): Record<string, string> {
	return Object.fromEntries(new URL(link).searchParams);
}

it('comes back as it was given, whatever it is', () => {
	fc.assert(
		fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
			const link = addCorrelation(url, text, sign);
			expect(queryOf(link).mode).toBe('a b');
			expect(readCorrelation(queryOf(link), sign)).toEqual({ correlation: text, isIntact: true });
		}),
	);
});

it('is null where none was given', () => {
	expect(readCorrelation(queryOf(url), sign)).toEqual({ correlation: null, isIntact: true });
	expect(readCorrelation(undefined, sign)).toEqual({ correlation: null, isIntact: true });
});

describe('is not believed', () => {
	const query = queryOf(addCorrelation(url, 'order 7', sign));
	it.each<[string, object]>([
		['changed', { ...query, correlation: 'order 8' }],
		['changed in case', { ...query, correlation: 'Order 7' }],
		['without signature', { correlation: 'order 7' }],
		['with an empty signature', { ...query, correlationSignature: '' }],
		['with another signature', { ...query, correlationSignature: sign('order 8') }],
		['given twice', { ...query, correlation: ['order 7', 'order 8'] }],
		['as an object', { ...query, correlation: { a: 'order 7' } }],
		['empty', { ...query, correlation: '' }],
	])('%s', (_name, changed) => {
		expect(readCorrelation(changed, sign)).toEqual({ correlation: null, isIntact: false });
	});

	it('signed with another key, or read without one', () => {
		expect(readCorrelation(query, signWith('key-2')).isIntact).toBe(false);
		expect(readCorrelation(query, () => null).isIntact).toBe(false);
	});
});

it('replaces a correlation that the URL held before', () => {
	const twice = addCorrelation(addCorrelation(url, 'old', sign), 'new', sign);
	expect(readCorrelation(queryOf(twice), sign).correlation).toBe('new');
	expect(new URL(twice).searchParams.getAll('correlation')).toEqual(['new']);
});

it('leaves what is no URL alone, for the check to name it', () => {
	expect(addCorrelation('n8n/webhook', 'x', sign)).toBe('n8n/webhook');
});
