import type { IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';

import { objectAt, readText } from '../job/read';
import type { Connection } from '../transport/connection';

/**
 * The end of this node's resume URLs. n8n gives a call to the node that waits *now*, if its webhook has
 * this path: so a late or repeated call of a provider wakes no other node that waits in the same
 * execution (a Wait node, an approval), and a call meant for another one doesn't wake this node.
 */
export const resumePath = 'sora-video';

/**
 * In the query of a resume URL that n8n has signed, which it does from 2.14 on. Those versions let only
 * one of several calls at once resume an execution. An older one would run all that follows once for
 * each, paid jobs included, and anybody could guess the URL.
 */
const signatureParameter = 'signature';

/** This execution's own signature; null on an n8n that doesn't sign. */
function readSignature(url: string | null): string | null {
	return url !== null && URL.canParse(url) ? new URL(url).searchParams.get(signatureParameter) : null;
}

/** The URL that wakes this node in this execution, if n8n signs it; null on an older n8n. */
export function readSignedResumeUrl(context: IExecuteFunctions): string | null {
	const text = readText(context.evaluateExpression('{{ $execution.resumeUrl }}', 0));
	if (text === null || readSignature(text) === null) return null;
	const url = new URL(text);
	url.pathname = `${url.pathname.replace(/\/$/, '')}/${resumePath}`;
	return url.toString();
}

/**
 * The URL that wakes this execution; null where the provider takes no callback per job, can't call
 * this n8n (no https, a private address), or n8n doesn't sign it.
 */
export function readResumeUrl({ context, provider }: Connection): string | null {
	const url = readSignedResumeUrl(context);
	return url !== null && provider.callbacks?.checkUrl?.(url).length === 0 ? url : null;
}

/**
 * Whether a call of the resume URL may wake the execution. An n8n that doesn't sign the URL looks at no
 * signature either, so there it proves nothing, and nobody was told the URL. Never throws, since an error
 * would end the execution, and its paid wait with it.
 */
export function mayResume(context: IWebhookFunctions): boolean {
	try {
		const own = readSignature(readText(context.evaluateExpression('{{ $execution.resumeUrl }}')));
		return own !== null && own === objectAt(context.getQueryData())[signatureParameter];
	} catch {
		return false;
	}
}
