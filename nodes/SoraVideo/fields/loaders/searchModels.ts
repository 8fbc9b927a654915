import type { ILoadOptionsFunctions, INode, INodeListSearchResult } from 'n8n-workflow';
import { NodeApiError } from 'n8n-workflow';

import { readNumber, readText, withoutStop } from '../../job/read';
import { findProvider } from '../../providers';
import { modelLines, searchLines } from '../../models/modelLines';
import type { Provider } from '../../providers/Provider';
import { connectTo } from '../../transport/connection';
import { readModels, readRetirements } from '../../transport/readModels';
import type { ModelsOutcome } from '../../transport/readModels';

const pageSize = 100;

type Failed = ModelsOutcome & { kind: 'failed' };

function isKeyRefused({ modelList }: Provider, { status }: Failed): boolean {
	const sendsKey = modelList !== undefined && !('url' in modelList.request);
	return sendsKey && (status === 401 || status === 403);
}

/** Why there is no live list, and what to do; each short enough for a line of the list. */
function explain(provider: Provider, outcome: Failed, detail = ''): { what: string; advice: string } {
	const { displayName } = provider;
	const { status } = outcome;
	const answer = `(HTTP ${status}${detail && `, ${detail}`})`;
	const look = "look at the credential's Base URL";
	if (status === null) {
		return { what: `${displayName} can't be reached${detail && ` (${detail})`}`, advice: look };
	}
	if (isKeyRefused(provider, outcome)) {
		return {
			what: `${displayName} refuses this API key ${answer}`,
			advice: 'put a valid one into the credential',
		};
	}
	return status === 429 || status >= 500
		? {
				what: `${displayName} can't list its models now ${answer}`,
				advice: 'open this node again in a minute',
			}
		: { what: `${displayName} gives no list of models ${answer}`, advice: look };
}

/**
 * The error that n8n's editor shows in the list's place, with a link to the credential for a 401. The
 * provider's own words are its description: the editor takes the hyphens out of a message, and n8n puts
 * words of its own in the place of one that names a network error.
 */
function toError(node: INode, provider: Provider, outcome: Failed): NodeApiError {
	const { status, said } = outcome;
	const { what, advice } = explain(provider, outcome);
	return new NodeApiError(node, {}, {
		message: `${what}: ${advice}`,
		description: said ?? undefined,
		httpCode: status === null ? undefined : String(status),
	});
}

/**
 * The chosen provider's models for the Model field's list: the known ones, and what its live list holds
 * besides, with what the provider says of those that retire.
 *
 * Where the live list can't be had, the known models are still offered, below lines that say why and
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
		return offer(chosen, filter, [`For all models, choose a credential of ${chosen.displayName}:`]);
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
		const { what, advice } = explain(provider, outcome, withoutStop(outcome.said ?? ''));
		const next = `${advice.slice(0, 1).toUpperCase()}${advice.slice(1)}`;
		return offer(provider, filter, [`${what}.`, `${next}. Known models:`]);
	}
	const lines = searchLines(modelLines(provider.models, outcome.models, retirements), filter);
	const start = readNumber(paginationToken) ?? 0;
	const end = start + pageSize;
	return {
		results: lines.slice(start, end),
		...(end < lines.length && { paginationToken: String(end) }),
	};
}

/** n8n's editor lets nobody choose a line whose value is a boolean, and shows one line for each value. */
const unchoosable = [false, true];

/** The known models, below up to two lines that tell something. */
function offer(provider: Provider, filter: string, notices: string[]): INodeListSearchResult {
	const told = unchoosable.slice(0, notices.length).map((value, index) => ({
		name: notices[index] ?? '',
		value,
	}));
	return { results: [...told, ...searchLines(modelLines(provider.models, null, []), filter)] };
}
