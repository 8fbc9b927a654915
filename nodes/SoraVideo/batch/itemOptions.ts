import type { IExecuteFunctions } from 'n8n-workflow';

import { readNumber, showValue } from '../job/read';

const longestTimeout = 86_400;

/** The item's timeout in milliseconds; null where it can't be waited. */
export function readTimeout(context: IExecuteFunctions, itemIndex: number): number | null {
	const seconds = readNumber(context.getNodeParameter('timeout', itemIndex, 1800));
	return seconds !== null && seconds > 0 && seconds <= longestTimeout ? seconds * 1000 : null;
}

/** What is wrong with an item's timeout: clauses, each with what to do behind a colon. */
export function timeoutProblems(context: IExecuteFunctions, itemIndex: number): string[] {
	if (readTimeout(context, itemIndex) !== null) return [];
	const value = context.getNodeParameter('timeout', itemIndex, 1800);
	return [
		`a timeout of "${showValue(value)}" can't be waited: set Timeout to 1 to ${longestTimeout} seconds`,
	];
}

/** Whether an item is to carry the provider's own answer. */
export function wantsRaw(context: IExecuteFunctions, itemIndex: number): boolean {
	try {
		return context.getNodeParameter('options.includeRaw', itemIndex, false) === true;
	} catch {
		// An expression that fails must not cost a job that exists its item.
		return false;
	}
}
