import { randomBytes } from 'node:crypto';

import { encodeInUrl } from '../../job/joinUrl';
import { objectAt, readText } from '../../job/read';
import { isSameText } from './isGenuine';

/** Signs text for one credential; null where that credential has no key. */
export type Sign = (text: string) => string | null;

/** What a call of the trigger brings in the query of its URL. */
export interface CallbackQuery {
	/** Null where the URL was not written by this package. */
	token: string | null;
	/** What the creating workflow gave as Correlation. */
	correlation: string | null;
	/** What the job was created with, at providers whose callbacks don't tell it. */
	model: string | null;
}

/** Milliseconds: older jobs start no run, so that a URL that was found in an old log is of no use. */
export const longestLife = 7 * 24 * 3_600_000;

const names = { correlation: 'correlation', model: 'soraVideoModel', token: 'soraVideoToken' };

type Signed = Pick<CallbackQuery, 'correlation' | 'model'>;

/** 96 bits that no two jobs share, Unix seconds to base 36, and 132 bits of signature. */
const form = /^([\w-]{16})\.([\da-z]{1,8})\.([\w-]{22})$/;

/** Adds a parameter, and leaves the bytes of the user's own ones as they are. */
function withParameter(link: string, name: string, value: string): string {
	if (!URL.canParse(link)) return link;
	const url = new URL(link);
	if (url.searchParams.has(name)) url.searchParams.delete(name);
	url.search += `${url.search === '' ? '?' : '&'}${name}=${encodeInUrl(value)}`;
	return url.href;
}

/** The signature is of the correlation as well: else one order's video could be delivered to another. */
function signatureOf(nonce: string, expiry: string, { correlation, model }: Signed, sign: Sign): string | null {
	return sign(JSON.stringify([nonce, expiry, correlation, model]))?.slice(0, 22) ?? null;
}

/** Adds what the creating workflow wants back to the URL that the provider is to call. */
export function addCorrelation(callbackUrl: string, correlation: string): string {
	return withParameter(callbackUrl, names.correlation, correlation);
}

/** Adds the model, for the providers whose callbacks tell too little without. */
export function addModel(callbackUrl: string, model: string): string {
	return withParameter(callbackUrl, names.model, model);
}

/**
 * Makes a callback URL one that only this credential's key can have written, for one job. By it the trigger
 * tells the calls that are expected from all others before it does any work for them.
 *
 * Each result is another one, so it is no part of what a request is recognised by.
 *
 * @param now Unix milliseconds.
 */
export function signCallbackUrl(callbackUrl: string, sign: Sign, now: number): string {
	if (!URL.canParse(callbackUrl)) return callbackUrl;
	const nonce = randomBytes(12).toString('base64url');
	const expiry = Math.ceil((now + longestLife) / 1000).toString(36);
	const query = new URL(callbackUrl).searchParams;
	const signed = { correlation: query.get(names.correlation), model: query.get(names.model) };
	const signature = signatureOf(nonce, expiry, signed, sign);
	if (signature === null) return callbackUrl;
	return withParameter(callbackUrl, names.token, `${nonce}.${expiry}.${signature}`);
}

/**
 * Reads both back from the query of a call.
 *
 * @param readSign Called only where the query looks like one that was signed, for it reads the credential.
 * @param now Unix milliseconds.
 * @returns Null where it is not what was signed with this credential's key, or no longer valid.
 */
export async function readCallbackQuery(
	query: unknown,
	readSign: () => Promise<Sign>,
	now: number,
): Promise<CallbackQuery | null> {
	const { [names.correlation]: correlation = null, [names.model]: model = null, [names.token]: token } = objectAt(query);
	// Only what was signed is given to a workflow as its own correlation. A model only says where to ask.
	if (token === undefined) return correlation === null ? { token: null, correlation, model: readText(model) } : null;
	const [, nonce, expiry, signature] = (typeof token === 'string' && form.exec(token)) || [];
	if (nonce === undefined || expiry === undefined || signature === undefined) return null;
	if (parseInt(expiry, 36) * 1000 < now) return null;
	if (correlation !== null && typeof correlation !== 'string') return null;
	if (model !== null && typeof model !== 'string') return null;
	const expected = signatureOf(nonce, expiry, { correlation, model }, await readSign());
	return expected !== null && isSameText(signature, expected) ? { token: nonce, correlation, model } : null;
}
