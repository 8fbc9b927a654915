import { readNumber, readText } from '../job/read';

/** `20261126T120000Z`, as Amazon and Google write it, in milliseconds since 1970. */
function readCompactDate(text: string | null): number {
	return Date.parse((text ?? '').replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

/**
 * When a signed link dies by its own word, in milliseconds since 1970; null where it doesn't say.
 * CloudFront and Amazon S3 (version 2): `Expires`; S3 version 4: `X-Amz-Date` and `X-Amz-Expires`; Google
 * Cloud Storage: `X-Goog-…`, the same; Azure Blob Storage: `se`.
 */
export function readLinkExpiry(link: string): number | null {
	if (!URL.canParse(link)) return null;
	const query = new URL(link).searchParams;
	const unix = readNumber(query.get('Expires'));
	const signed = ['X-Amz', 'X-Goog'].map((prefix) => {
		const seconds = readNumber(query.get(`${prefix}-Expires`));
		return seconds === null ? NaN : readCompactDate(query.get(`${prefix}-Date`)) + seconds * 1000;
	});
	const azure = query.has('sig') ? Date.parse(readText(query.get('se')) ?? '') : NaN;
	return [unix === null ? NaN : unix * 1000, ...signed, azure].find((date) => Number.isFinite(date)) ?? null;
}
