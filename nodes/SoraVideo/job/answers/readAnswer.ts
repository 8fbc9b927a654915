import type { IDataObject } from 'n8n-workflow';

import { linksIn } from './answerLinks';
import { bareIdPlace, notBareBeside } from './answerPlaces';
import type { AnswerReading, KnownOfJob, Place } from './answerPlaces';
import { mereSuccess, readCode, readSaid } from './answerWords';
import { describeEnding } from '../failure';
import type { ProviderComplaint } from '../failure';
import { isObject, readNumber, readProgress, readSentence, readText, readTime } from '../read';
import { firstAt, openAnswer, placesFor, valuesAt } from './openAnswer';
import type { Answer } from './openAnswer';
import { readStatus, reasonInWord } from './status';
import type { VideoJob } from '../VideoJob';

export type { KnownOfJob } from './answerPlaces';

/** A job's id is text, or a whole number above zero. */
function readId(value: unknown): string | null {
	if (typeof value === 'number' && !(Number.isSafeInteger(value) && value > 0)) return null;
	return readText(value);
}

interface FoundId {
	id: string;
	/** The job's object in the answer, as the path to it. */
	wrapper: string;
}

/** Where `data` is the id itself: `{"code":"success","data":"task_1"}` (new-api's and one-hub's submits). */
function readIdAsData({ code, data }: IDataObject): FoundId | null {
	const isId = typeof data === 'string' && /^[\w-]{6,}$/.test(data) && mereSuccess.test(readText(code) ?? '');
	return isId ? { id: data, wrapper: 'data' } : null;
}

/** A `request_id` that is a job's, since nothing else was said. */
function readBareId(body: IDataObject): FoundId | null {
	if (notBareBeside.some((key) => body[key] !== undefined && body[key] !== null)) return null;
	const id = readId(body[bareIdPlace]);
	return id === null ? null : { id, wrapper: '' };
}

function findId(answer: Answer, places: readonly Place[]): FoundId | null {
	for (const place of places) {
		const id = firstAt(answer, [place], readId);
		if (id !== null) return { id, wrapper: place.wrapper };
	}
	return readIdAsData(answer.body);
}

/**
 * The job's id in an answer, wherever gateways put it; null where there is none. A `request_id` is none
 * here: beside an error, or in half an answer, it is the request's.
 */
export function findJobId(reading: AnswerReading, body: unknown): string | null {
	const places = placesFor(reading);
	return findId(openAnswer(places, body), places.kinds.id)?.id ?? null;
}

/** The id in the places that the provider's own documents name, and in no others. */
export function findOwnJobId(reading: AnswerReading, body: unknown): string | null {
	const places = placesFor(reading);
	return firstAt(openAnswer(places, body), places.ownIds, readId);
}

/** A word, and not the HTTP status that problem+json repeats as `status`. */
function readWord(value: unknown): string | null {
	const word = typeof value === 'string' ? value.trim() : '';
	return /^\d*$/.test(word) ? null : word;
}

/**
 * The word for the job's state: the one beside its id, else the outermost. An envelope's "success" means
 * the call, not the video, unless a link is there.
 */
function readState(answer: Answer, places: readonly Place[], found: FoundId | null, hasLink: () => boolean) {
	const words = places.flatMap((place) => {
		const word = firstAt(answer, [place], readWord);
		return word === null ? [] : [{ word, wrapper: place.wrapper }];
	});
	const beside = found && words.find(({ wrapper }) => wrapper === found.wrapper);
	if (beside) return beside.word;
	const telling = words.find(({ word, wrapper }) => wrapper !== '' || !mereSuccess.test(word));
	return (telling ?? (words.length > 0 && hasLink() ? words[0] : undefined))?.word ?? null;
}

function findLinks(answer: Answer, places: readonly Place[], baseUrl: string | undefined): string[] {
	for (const place of places) {
		const values = valuesAt(answer, place);
		const links = values.length === 0 ? [] : linksIn(values, baseUrl);
		if (links.length > 0) return [...new Set(links)];
	}
	return [];
}

/** What an answer says of a failure. */
export interface AnswerComplaint extends ProviderComplaint {
	/** Whether it was said where only a failure is told. */
	isFailure: boolean;
}

/** What an answer says of a failure, in whatever form; `code` and `message` are null where it says nothing. */
export function readComplaint(reading: AnswerReading, body: unknown): AnswerComplaint {
	const places = placesFor(reading);
	return complaintIn(reading, openAnswer(places, body), body);
}

function complaintIn(reading: AnswerReading, answer: Answer, body: unknown): AnswerComplaint {
	const { kinds } = placesFor(reading);
	const filtered = firstAt(answer, kinds.filter, readSaid);
	const reason = filtered ?? firstAt(answer, kinds.reason, readSaid);
	const failureCode = firstAt(answer, kinds.failureCode, readCode);
	const code = failureCode ?? firstAt(answer, kinds.code, readCode);
	const category = filtered === null ? reading.categories?.get(code ?? '') : 'moderation';
	const complaint = {
		code,
		message: reason ?? firstAt(answer, kinds.remark, readSaid) ?? readSentence(body),
		requestId: firstAt(answer, kinds.requestId, readText),
		...(category && { category }),
		isFailure: reason !== null || failureCode !== null,
	};
	return { ...complaint, ...reading.refine?.(complaint, answer.body) };
}

/**
 * Reads the answer to a create or a status request.
 *
 * @returns The job; null where the answer holds none. A job that completed may have no link: whether that
 * is an ending is for `endedWithoutVideo` to say.
 */
export function readJob(reading: AnswerReading, body: unknown, known: KnownOfJob): VideoJob | null {
	const places = placesFor(reading);
	const { kinds } = places;
	const answer = openAnswer(places, body);
	const found = findId(answer, kinds.id) ?? (reading.isRequestIdJob ? readBareId(answer.body) : null);
	const made = found?.id ?? null;
	const ownId = reading.toId ? reading.toId(body, known, made) : made;
	const links = () => findLinks(answer, kinds.links, known.baseUrl);
	const rawStatus = readState(answer, kinds.state, found, () => links().length > 0);
	const id = ownId ?? (rawStatus === null ? null : readText(known.id));
	if (id === null) return null;
	const status = readStatus(rawStatus);
	const model = firstAt(answer, kinds.model, readText) ?? readText(known.model);
	const videoUrls = status === 'completed' ? links() : [];
	const complaint = complaintIn(reading, answer, body);
	const progress = firstAt(answer, kinds.progress, (value) => readPercent(value, reading.whole ?? 100));
	return {
		provider: reading.provider,
		id,
		model,
		status,
		rawStatus,
		progress: progress ?? (status === 'completed' ? 100 : null),
		videoUrl: videoUrls[0] ?? null,
		videoUrls,
		expiresAt: firstAt(answer, kinds.expiresAt, readTime),
		failure: describeEnding(
			`${reading.displayName} job ${id}`,
			status,
			{ ...complaint, message: complaint.message ?? reasonInWord(rawStatus) },
			model,
		),
		usage: firstAt(answer, kinds.usage, (value) => (isObject(value) ? value : null)),
		costUsd: firstAt(answer, kinds.costUsd, readNumber),
		createdAt: firstAt(answer, kinds.createdAt, readTime) ?? known.createdAt ?? null,
	};
}

/** `45`, `"45"` and `"45%"`. */
function readPercent(value: unknown, whole: 1 | 100): number | null {
	const percent = typeof value === 'string' && /^\s*[\d.]+\s*%\s*$/.test(value) ? value.replace('%', '') : null;
	return percent === null ? readProgress(value, whole) : readProgress(percent, 100);
}
