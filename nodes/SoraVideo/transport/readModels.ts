import type { ListedModel, Retirement } from '../models/ListedModel';
import type { Model } from '../models/Model';
import type { ModelSource } from '../providers/Provider';
import { readPage } from './http/callPublic';
import type { CallingContext, Connection } from './connection';
import { Cache } from './http/Cache';

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

/** The models with what they cost, where the provider tells it apart; as they are where it doesn't just now. */
async function withPrices(
	connection: Connection<CallingContext>,
	models: ListedModel[],
	timeout: number,
): Promise<ListedModel[]> {
	const unitPrices = connection.provider.modelList?.unitPrices;
	if (!unitPrices) return models;
	const { most } = unitPrices;
	const parts = Array.from({ length: Math.ceil(models.length / most) }, (_, index) => models.slice(index * most, (index + 1) * most));
	const told = parts.map(async (part) => {
		const answer = await readPage(connection, unitPrices.request(part.map(({ id }) => id)), timeout);
		const prices = answer.status === 200 ? unitPrices.read(answer.body) : new Map<string, string>();
		return part.map((model) => ({ ...model, price: prices.get(model.id) }));
	});
	return (await Promise.all(told)).flat();
}

async function fetchModels(
	connection: Connection<CallingContext>,
	timeout: number,
): Promise<ModelsOutcome> {
	const { provider } = connection;
	const models: ListedModel[] = [];
	let request = provider.modelList?.request ?? null;
	for (let page = 0; request !== null && page < mostPages; page++) {
		const answer = await readPage(connection, request, timeout);
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
	return { kind: 'models', models: await withPrices(connection, models, timeout) };
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
		const answer = await readPage(connection, feed.request, timeout);
		return answer.status === 200 ? feed.read(answer.body) : null;
	};
	return (await feeds.take(connection.fingerprint, read)) ?? [];
}

const sources = new Cache<{ model: Model | null; isAnswer: boolean }>(({ isAnswer }) => isAnswer);

/** The model as a page of its own tells it. Kept for minutes, also that there is no such page. */
async function askSource(
	connection: Connection<CallingContext>,
	source: ModelSource,
	id: string,
): Promise<Model | null> {
	const { model } = await sources.take(`${connection.fingerprint} ${id}`, async () => {
		const { status, ...answer } = await readPage(connection, source.request(id), besideTimeout);
		const isSuccess = status !== null && status >= 200 && status < 300;
		return {
			model: isSuccess && 'body' in answer ? source.read(answer.body, id) : null,
			isAnswer: isSuccess || status === 404,
		};
	});
	return model;
}

async function askList(connection: Connection<CallingContext>, id: string): Promise<Model | null> {
	const outcome = await readModels(connection, besideTimeout);
	if (outcome.kind === 'failed') return null;
	const listed = outcome.models.find((model) => model.id === id || model.aliases?.includes(id));
	return listed?.model ?? null;
}

/** A run asks once for each model, also where that fails: a batch must not wait for it again and again. */
const modelsOfRuns = new WeakMap<object, Map<string, Promise<Model | null>>>();

/**
 * What a model takes: from the provider's table, or as its own page or the live list states it. Asked for
 * once a run, kept for minutes, and given up after 5 s. Null where nobody tells. Never throws.
 */
export async function readModel(
	connection: Connection<CallingContext>,
	id: string,
): Promise<Model | null> {
	const { context, provider } = connection;
	const known = provider.models.find((model) => model.id === id);
	if (known || id.trim() === '') return known ?? null;
	const { modelList, modelSource } = provider;
	if (!modelSource && !modelList?.statesModels) return null;
	const ofRun = modelsOfRuns.get(context) ?? new Map<string, Promise<Model | null>>();
	modelsOfRuns.set(context, ofRun);
	const asked =
		ofRun.get(id) ??
		(modelSource ? askSource(connection, modelSource, id) : askList(connection, id));
	ofRun.set(id, asked);
	return await asked;
}
