import { isObject, readText } from '../job/read';
import type { CallbackClaim, Callbacks } from './CallbackScheme';
import { checkPublicHttpsUrl } from './checkPublicHttpsUrl';
import type { Provider } from './Provider';

/**
 * How a provider calls the URL that a create names.
 *
 * @param maxLength Characters that the URL may have, where that is documented.
 */
export function callbacksPerJob(maxLength = Infinity): Required<Pick<Callbacks, 'checkUrl' | 'setUp'>> {
	const limit = Number.isFinite(maxLength) ? ` and have at most ${maxLength.toLocaleString('en')} characters` : '';
	const reach = `be reachable from the internet (not localhost or a private address)${limit}`;
	return {
		checkUrl: (url) => checkPublicHttpsUrl(url, maxLength),
		setUp: `Publish (activate) this workflow, open Webhook URLs above, and copy the URL from its tab Production URL into the field Callback URL of the Sora Video node that creates the video. It is called when the video has ended. The URL must begin with https (if it does not, whoever runs n8n sets WEBHOOK_URL)${limit === '' ? ' and' : ','} ${reach}.`,
	};
}

/** The claim of a callback whose body (or what it wraps) is the job, as its status tells it; null where it is none. */
export function claimOfJob({ readJob }: Pick<Provider, 'readJob'>, body: unknown): CallbackClaim | null {
	const job = isObject(body) && readText(body.status) ? readJob(body, {}) : null;
	return job && { jobId: job.id, status: job.status, job };
}
