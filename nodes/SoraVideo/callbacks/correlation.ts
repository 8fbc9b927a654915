import { objectAt, readText } from '../job/read';
import { isSameText } from './isGenuine';

/** Signs text for one credential; null where that credential has no key. */
export type Sign = (text: string) => string | null;

/**
 * Adds what the creating workflow wants back to the URL that the provider is to call. Signed, since
 * whoever knows the URL could otherwise have one order's video delivered to another.
 */
export function addCorrelation(callbackUrl: string, correlation: string, sign: Sign): string {
	const signature = sign(correlation);
	if (signature === null || !URL.canParse(callbackUrl)) return callbackUrl;
	const url = new URL(callbackUrl);
	url.searchParams.set('correlation', correlation);
	url.searchParams.set('correlationSignature', signature);
	return url.href;
}

/**
 * Reads it back from the query of a call.
 *
 * @returns `isIntact` is false where the text is not what was signed with this credential's key.
 */
export function readCorrelation(query: unknown, sign: Sign): { correlation: string | null; isIntact: boolean } {
	const { correlation, correlationSignature } = objectAt(query);
	if (correlation === undefined) return { correlation: null, isIntact: true };
	const expected = typeof correlation === 'string' ? sign(correlation) : null;
	const isIntact = expected !== null && isSameText(readText(correlationSignature) ?? '', expected);
	return isIntact && typeof correlation === 'string' ? { correlation, isIntact } : { correlation: null, isIntact: false };
}
