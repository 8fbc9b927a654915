import type { IExecuteFunctions } from 'n8n-workflow';

import { readText } from '../job/read';
import type { Connection } from '../transport/connection';

/**
 * In the query of a resume URL that n8n has signed, which it does from 2.14 on. Those versions let only
 * one of several calls at once resume an execution. An older one would run all that follows once for
 * each, paid jobs included, and anybody could guess the URL.
 */
export const signatureParameter = 'signature';

/** This execution's resume URL, if n8n signs it; null on an older n8n. */
export function readSignedResumeUrl(context: IExecuteFunctions): string | null {
	const url = readText(context.evaluateExpression('{{ $execution.resumeUrl }}', 0));
	const isSigned = url !== null && URL.canParse(url) && new URL(url).searchParams.has(signatureParameter);
	return isSigned ? url : null;
}

/**
 * The URL that wakes this execution; null where the provider takes no callback per job, can't call
 * this n8n (no https, a private address), or n8n doesn't sign it.
 */
export function readResumeUrl({ context, provider }: Connection): string | null {
	const url = readSignedResumeUrl(context);
	return url !== null && provider.callbacks?.checkUrl?.(url).length === 0 ? url : null;
}
