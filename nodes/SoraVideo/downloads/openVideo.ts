import { askForJob } from '../transport/askForJob';
import { openLink } from '../transport/http/openLink';
import type { ClosedLink } from '../transport/http/openLink';
import { checkSize, DownloadError, failed, isPastExpiry, rest, restUntilThere, servedPlace } from './errand';
import type { Errand } from './errand';
import { openPart, readAtLeast } from './VideoPart';
import type { VideoPart } from './VideoPart';
import { headLength, readVideoType } from './videoType';

const mostRenewals = 2;

/** A video at its beginning, whose first bytes were seen. */
export interface OpenVideo {
	part: VideoPart;
	head: Uint8Array;
	mimeType: string;
}

/**
 * Asks for a file, or for what follows the bytes that are had, until an answer begins.
 *
 * @param range The headers that ask for a part; none ask for the whole.
 * @throws DownloadError where none comes.
 */
export async function askForPart(errand: Errand, range: Record<string, string> = {}): Promise<VideoPart> {
	for (let looks = 0; ; looks += 1) {
		const { connection, place, options } = errand;
		if (place === null) throw failed('its answer has no link to it');
		errand.requests += 1;
		const answer = await openLink(connection, place, range, options.signal);
		if ('kind' in answer) {
			await cope(errand, answer, looks);
			continue;
		}
		const part = openPart(answer, options);
		if (part.status === 200 || 'range' in range) return part;
		part.close();
		await rest(errand, `HTTP ${answer.status}, though the whole was asked for`, null);
	}
}

/** Does what a link that gave nothing calls for. @throws DownloadError where that is to give up. */
async function cope(errand: Errand, { kind, what, tryAgainAfter, saysExpired }: ClosedLink, looks: number): Promise<void> {
	if (kind === 'refused') throw failed(what);
	if (kind === 'trouble') await rest(errand, what, tryAgainAfter);
	else if (!(await renew(errand))) {
		if (saysExpired || isPastExpiry(errand)) throw new DownloadError({ kind: 'expired', what });
		// A file that was there is in trouble like any other.
		if (errand.furthest > 0) await rest(errand, what, null);
		else await restUntilThere(errand, what, looks);
	}
}

/** Finds another way to the video, if there is one: a fresh link by the provider, or its API itself. */
export async function renew(errand: Errand): Promise<boolean> {
	const { connection, job, place, options } = errand;
	if (typeof place !== 'string' || errand.renewals >= mostRenewals) return false;
	errand.renewals += 1;
	const known = { model: job.model ?? undefined, createdAt: job.createdAt ?? undefined };
	const outcome = await askForJob(connection, job.id, known);
	const fresh = outcome.kind === 'job' ? outcome.job : null;
	const link = fresh?.videoUrls[options.index];
	if (fresh?.status === 'completed' && link !== undefined) errand.job = fresh;
	errand.place = link !== undefined && link !== place ? link : (servedPlace(errand) ?? place);
	return errand.place !== place;
}

/**
 * Opens a video at its beginning, and looks at its first bytes before any file is made of it.
 *
 * @param opened The answer to begin with, where there is one already.
 * @throws DownloadError where there is no video.
 */
export async function openVideo(errand: Errand, opened: VideoPart | null): Promise<OpenVideo> {
	if (opened === null && isPastExpiry(errand)) await renew(errand);
	for (let looks = 0; ; looks += 1) {
		const part = looks === 0 && opened !== null ? opened : await askForPart(errand);
		checkSize(errand, part.total ?? 0);
		const head = await readAtLeast(part, headLength);
		const mimeType = 'broken' in head ? null : readVideoType(head.subarray(0, headLength), part.claimedType);
		if (mimeType !== null && !('broken' in head)) return { part, head, mimeType };
		part.close();
		if ('broken' in head) await rest(errand, head.broken, null);
		else {
			const said = head.length === 0 ? 'nothing' : (part.claimedType ?? 'something');
			await restUntilThere(errand, `it answered with ${said} that is no video`, looks);
		}
	}
}
