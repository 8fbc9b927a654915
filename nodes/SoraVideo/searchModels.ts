import type { ILoadOptionsFunctions, INode, INodeListSearchResult } from 'n8n-workflow';
import { NodeApiError } from 'n8n-workflow';

import { readNumber, readText } from './job/read';
import { findProvider } from './providers';
import { modelLines, searchLines } from './providers/modelLines';
import type { Provider } from './providers/Provider';
import { connectTo } from './transport/connection';
import { readModels, readRetirements } from './transport/readModels';
import type { ModelsOutcome } from './transport/readModels';

const pageSize = 100;

type Failed = ModelsOutcome & { kind: 'failed' };

function isKeyRefused({ modelList }: Provider, { status }: Failed): boolean {
	const sendsKey = modelList !== undefined && !('url' in modelList.request);
	return sendsKey && (status === 401 || status === 403);
}

/** Why there is no live list, and what to do. */
function explain(provider: Provider, outcome: Failed, detail = ''): string {
	const { displayName } = provider;
	const { status } = outcome;
	const correct = 'see whether the Base URL in the credential is right';
	if (status === null) return `${displayName} can't be reached${detail && ` (${detail})`}: ${correct}`;
	const answer = `(HTTP ${status}${detail && `, ${detail}`})`;
	if (isKeyRefused(provider, outcome)) {
		return `${displayName} refuses this API key ${answer}: put a valid one into the credential`;
	}
	return status === 429 || status >= 500
		? `${displayName} can't list its models just now ${answer}: open this node again in a minute`
		: `${displayName} gives no list of models ${answer}: ${correct}`;
}

/**
 * The error that n8n's editor shows in the list's place, with a link to the credential for a 401. The
 * provider's own words are its description: the editor takes the hyphens out of a message, and n8n puts
 * words of its own in the place of one that names a network error.
 */
function toError(node: INode, provider: Provider, outcome: Failed): NodeApiError {
	const { status, said } = outcome;
	return new NodeApiError(node, {}, {
		message: explain(provider, outcome),
		description: said ?? undefined,
		httpCode: status === null ? undefined : String(status),
	});
}

/**
 * The chosen provider's models for the Model field's list: the known ones, and what its live list holds
 * besides, with what the provider says of those that retire.
 *
 * Where the live list can't be had, the known models are still offered, below a line that says why and
 * can't be chosen.
 *
 * @throws NodeApiError where the key is refused, so that n8n shows the way to the credential, and where
 * there are no known models to fall back on.
 */
export async function searchModels(
	this: ILoadOptionsFunctions,
	filter = '',
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const name = this.getCurrentNodeParameter('provider');
	const chosen = findProvider(readText(name) ?? '');
	if (chosen && !this.getNode().credentials?.[chosen.credentialType]) {
		return offer(chosen, filter, `Choose a credential of ${chosen.displayName} to see all of its models`);
	}
	const connection = await connectTo(this, name);
	const { provider } = connection;
	const [outcome, retirements] = await Promise.all([
		readModels(connection),
		readRetirements(connection),
	]);
	if (outcome.kind === 'failed') {
		if (isKeyRefused(provider, outcome) || provider.models.length === 0) {
			throw toError(this.getNode(), provider, outcome);
		}
		const why = explain(provider, outcome, outcome.said?.replace(/[\s.]+$/, ''));
		return offer(provider, filter, `Only the known models, since ${why}`);
	}
	const lines = searchLines(modelLines(provider, outcome.models, retirements), filter);
	const start = readNumber(paginationToken) ?? 0;
	const end = start + pageSize;
	return {
		results: lines.slice(start, end),
		...(end < lines.length && { paginationToken: String(end) }),
	};
}

/** The known models, below a line that tells something: n8n's editor lets nobody choose a boolean. */
function offer(provider: Provider, filter: string, notice: string): INodeListSearchResult {
	const lines = searchLines(modelLines(provider, null, []), filter);
	return { results: [{ name: `${notice}.`, value: false }, ...lines] };
}
