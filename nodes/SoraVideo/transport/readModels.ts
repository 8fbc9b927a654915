import type { ListedModel, ModelLimits, ProviderRequest, PublicRequest, Retirement } from '../providers/Provider';
import { callProvider } from './callProvider';
import type { Answer, NoAnswer } from './callProvider';
import { callPublic } from './callPublic';
import type { CallingContext, Connection } from './connection';
import { Cache } from './Cache';

/** A provider's live list, or why there is none. */
export type ModelsOutcome =
	| { kind: 'models'; models: ListedModel[] }
	/** `status` is null where no answer came; `said` holds the provider's words, or the network's code. */
	| { kind: 'failed'; status: number | null; said: string | null };

/** A user waits before an open list. */
const listTimeout = 10_000;
/** Before and after a create: nothing is lost without it. */
const besideTimeout = 5_000;
/** So that a server that always names a next page can't hold the editor. */
const mostPages = 20;

const lists = new Cache<ModelsOutcome>(({ kind }) => kind === 'models');
const feeds = new Cache<Retirement[] | null>((feed) => feed !== null);

async function call(
	connection: Connection<CallingContext>,
	request: ProviderRequest | PublicRequest,
	timeout: number,
): Promise<Answer | NoAnswer> {
	return 'url' in request
		? await callPublic(connection, request, timeout)
		: await callProvider(connection, request, timeout);
}

async function fetchModels(
	connection: Connection<CallingContext>,
	timeout: number,
): Promise<ModelsOutcome> {
	const { provider } = connection;
	const models: ListedModel[] = [];
	let request = provider.modelList?.request ?? null;
	for (let page = 0; request !== null && page < mostPages; page++) {
		const answer = await call(connection, request, timeout);
		const { status } = answer;
		if (status === null) return { kind: 'failed', status, said: answer.code };
		const isSuccess = status >= 200 && status < 300;
		const part = isSuccess ? (provider.modelList?.read(answer.body) ?? null) : null;
		if (part === null) {
			const said = isSuccess ? null : provider.readError(answer.body, status).message;
			return { kind: 'failed', status, said };
		}
		models.push(...part);
		request = provider.modelList?.readNext?.(answer.body) ?? null;
	}
	return { kind: 'models', models };
}

/** The video models that the provider has now, as it listed them within the last minutes. Never throws. */
export async function readModels(
	connection: Connection<CallingContext>,
	timeout = listTimeout,
): Promise<ModelsOutcome> {
	return await lists.take(
		connection.fingerprint,
		async () => await fetchModels(connection, timeout),
	);
}

/** The models that retire or have retired, where the provider tells; empty where it doesn't. Never throws. */
export async function readRetirements(
	connection: Connection<CallingContext>,
	timeout = besideTimeout,
): Promise<Retirement[]> {
	const feed = connection.provider.modelList?.retirements;
	if (!feed) return [];
	const read = async () => {
		const answer = await call(connection, feed.request, timeout);
		return answer.status === 200 ? feed.read(answer.body) : null;
	};
	return (await feeds.take(connection.fingerprint, read)) ?? [];
}

/** A run asks once, also where the list fails: a batch must not wait for it again and again. */
const listsOfRuns = new WeakMap<object, Promise<ModelsOutcome>>();

/**
 * What the provider's live list says of a model outside the table, where it states limits; null where
 * nothing is known. Never throws.
 */
export async function readLimits(
	connection: Connection,
	model: string,
): Promise<ModelLimits | null> {
	const { context, provider } = connection;
	if (!provider.modelList?.statesLimits || provider.models.some(({ id }) => id === model)) return null;
	const list = listsOfRuns.get(context) ?? readModels(connection, besideTimeout);
	listsOfRuns.set(context, list);
	const outcome = await list;
	if (outcome.kind === 'failed') return null;
	return (
		outcome.models.find(({ id, aliases }) => id === model || aliases?.includes(model)) ?? null
	);
}
