import type { IDataObject } from 'n8n-workflow';

import type { AnswerReading } from '../job/answers/answerPlaces';
import { readSaid } from '../job/answers/answerWords';
import { isObject, objectAt, readText } from '../job/read';

// How Google's answers are read: steps of an interaction, and errors in two forms, of its front end and of the API.

export function objectsIn(list: unknown): IDataObject[] {
	return Array.isArray(list) ? list.filter(isObject) : [];
}

/** Google's front end wraps some of its errors in a list. */
export function unwrap(body: unknown): unknown {
	return Array.isArray(body) ? objectsIn(body)[0] : body;
}

/** What the model itself has put out, without what was put in, and what it thought. */
export function outputSteps(body: unknown): IDataObject[] {
	return objectsIn(objectAt(body).steps).filter(({ type }) => type !== 'user_input' && type !== 'thought');
}

/** What the model said in words. */
function readWords(body: unknown): string | null {
	const contents = outputSteps(body).flatMap(({ content }) => objectsIn(content));
	return readSaid(contents.map(({ text }) => readText(text)).find((text) => text !== null));
}

/** How the model says that it won't. */
const unwilling =
	/\b(can(no|['’])?t|can not|unable to|not able to|won['’]?t|will not|not allowed to)\b.{0,60}\b(creat|generat|mak|produc|depict|show|fulfil|help|assist|do (that|this))|guideline|policy|policies/i;

const spentCredits = /credits? (are|is|have been) (depleted|exhausted|used up)/i;

/** The parts of an error that programs read (google.rpc). */
export function errorDetails(body: unknown): IDataObject[] {
	return objectsIn(objectAt(objectAt(unwrap(body)).error).details);
}

/** What only Google says of a failure. */
export const refine: NonNullable<AnswerReading['refine']> = ({ message }, body) => {
	if (message !== null) return spentCredits.test(message) ? { category: 'quota' } : {};
	// What isn't made for its content is an answer in words, "completed", with no error in it.
	const words = readWords(body);
	if (words === null) return {};
	return { message: words, isFailure: true, ...(unwilling.test(words) && { category: 'moderation' }) };
};

/** An id that it doesn't know is a wrong argument there. */
export function isUnknown(message: string | null): boolean {
	return /invalid interaction name|not found/i.test(message ?? '');
}
