import type { BinaryHelperFunctions } from 'n8n-workflow';

import { parseJson } from '../../job/answers/parseJson';
import { isObject, objectAt } from '../../job/read';
import { readTransportFailure } from '../../job/transportFailure';
import type { TransportFailure } from '../../job/transportFailure';

/** Node's stream, whose module nodes may not import. */
export type ByteStream = Exclude<Parameters<BinaryHelperFunctions['prepareBinaryData']>[0], Buffer>;

/** What came back, whatever its status. */
export interface Answer {
	/** As HTTP has it, or as the provider's body does where that is where it says it. */
	status: number;
	/** Names in lower case. */
	headers: Record<string, unknown>;
	/** Parsed where it was JSON, else text. */
	body: unknown;
}

/** No answer came, or not the whole of one. */
export interface NoAnswer extends TransportFailure {
	status: null;
	/** What came of it before it broke off or grew too large: a create's may hold a job's id. */
	begun?: Answer;
}

/**
 * In bytes, once unpacked: half a megabyte can become hundreds, and parsing takes several times as much again.
 * Answers that repeat a picture which was sent within the request are shorter.
 */
export const largestAnswer = 32_000_000;

/** Of an answer that isn't all there, in bytes. */
const keptBeginning = 100_000;

/** Thrown where an answer has begun, and can't be had whole. */
class BrokenAnswer extends Error {
	constructor(
		readonly begun: Answer,
		readonly failure: TransportFailure,
	) {
		super(failure.code);
	}
}

export function isStream(value: unknown): value is ByteStream {
	return typeof value === 'object' && value !== null && 'pipe' in value && 'destroy' in value;
}

/**
 * Reads a response that n8n's helper gave as a stream, with an end to what is read: n8n itself takes any length.
 * To be asked for with `encoding: 'stream'`.
 *
 * @throws Where it is no response, or can't be read whole; for {@link noAnswer}.
 */
export async function readResponse(response: unknown): Promise<Answer> {
	const { body, headers, statusCode } = objectAt(response);
	const stream: unknown = body;
	if (!isObject(response) || !isStream(stream)) throw new TypeError('the answer is not an HTTP response');
	const chunks: Uint8Array[] = [];
	const answerOf = (bytes: Buffer): Answer => ({
		status: Number(statusCode),
		headers: objectAt(headers),
		body: parseJson(bytes.toString('utf8').replace(/^\uFEFF/, '')),
	});
	const broken = (code: string, trouble: TransportFailure['trouble']) =>
		new BrokenAnswer(answerOf(Buffer.concat(chunks).subarray(0, keptBeginning)), { code, trouble, neverSent: false });
	let length = 0;
	try {
		for await (const chunk of stream) {
			const bytes: unknown = chunk;
			if (!(bytes instanceof Uint8Array)) throw new TypeError('the stream is not one of bytes');
			length += bytes.length;
			// Leaving the loop closes the connection.
			if (length > largestAnswer) break;
			chunks.push(bytes);
		}
	} catch (error) {
		throw broken(readTransportFailure(error).code, 'lost');
	}
	if (length > largestAnswer) throw broken(`more than ${largestAnswer / 1_000_000} MB`, 'tooLarge');
	return answerOf(Buffer.concat(chunks));
}

/** What is known where a request failed, or its answer could not be read. */
export function noAnswer(error: unknown): NoAnswer {
	return error instanceof BrokenAnswer
		? { status: null, ...error.failure, begun: error.begun }
		: { status: null, ...readTransportFailure(error) };
}
