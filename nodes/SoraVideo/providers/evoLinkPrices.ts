import type { IDataObject } from 'n8n-workflow';

import { encodeInUrl } from '../job/joinUrl';
import { isObject, objectAt, readNumber, readText } from '../job/read';
import type { ModelList } from './ModelPages';
import type { Price, Prices } from './Prices';

// EvoLink's rules by which it charges, as its own client reads and works them out
// (github.com/deeplearning-goethe/evolink-cli, packages/cli/src/platform/core/src/services, October 2026).

/** 680,000 UC are a dollar by these; by other ones, nothing is known. */
const exchangeRates = 'pricing-fx/v1:USD-CNY=6.8';
const ucPerUsd = 680_000;

/** Other names that a create has for what a rule counts. */
const namesInBody: Readonly<Record<string, readonly string[]>> = {
	duration_seconds: ['duration'],
	output_seconds: ['duration'],
	resolution: ['quality'],
	quality: ['resolution'],
	image_count: ['n', 'count'],
	video_count: ['n', 'count'],
};

/** What is measured only when the video is there, or of files that nobody has opened. */
const isMeasured = /(input_seconds|output_seconds|source_output_seconds|first_input_video_seconds|search_count)$/;

type Value = number | string | boolean;
type Values = ReadonlyMap<string, Value>;
type Operation = (args: readonly Value[]) => Value;

const count = (value: Value): number => readNumber(value) ?? Number.NaN;
const compare = (holds: (one: number, other: number) => boolean): Operation => ([one = Number.NaN, other = Number.NaN]) => holds(count(one), count(other));

const operations: ReadonlyMap<string, Operation> = new Map(Object.entries<Operation>({
	add: (args) => args.reduce<number>((sum, each) => sum + count(each), 0),
	multiply: (args) => args.reduce<number>((product, each) => product * count(each), 1),
	subtract: ([one = Number.NaN, other = Number.NaN]) => count(one) - count(other),
	divide: ([one = Number.NaN, other = Number.NaN]) => count(one) / count(other),
	min: (args) => Math.min(...args.map(count)),
	max: (args) => Math.max(...args.map(count)),
	clamp: ([value = Number.NaN, low = Number.NaN, high = Number.NaN]) => Math.min(Math.max(count(value), count(low)), count(high)),
	ceil: ([value = Number.NaN]) => Math.ceil(count(value)),
	floor: ([value = Number.NaN]) => Math.floor(count(value)),
	if: ([condition, one = Number.NaN, other = Number.NaN]) => (condition === true ? one : other),
	eq: ([one, other]) => String(one) === String(other),
	neq: ([one, other]) => String(one) !== String(other),
	lt: compare((one, other) => one < other),
	lte: compare((one, other) => one <= other),
	gt: compare((one, other) => one > other),
	gte: compare((one, other) => one >= other),
	and: (args) => args.every((each) => each === true),
	or: (args) => args.some((each) => each === true),
	not: ([value]) => value !== true,
}));

const records = (value: unknown): IDataObject[] => (Array.isArray(value) ? value.filter(isObject) : []);
const textOf = (value: unknown): string => readText(value) ?? '';
/** As deep as EvoLink's own client goes. */
const deepest = 32;

/** NaN where a rule holds what isn't known here: it makes every sum that it is part of unknown. */
function evaluate(node: unknown, values: Values, depth = 0): Value {
	const { op, name, value, key, values: table, args } = objectAt(node);
	if (depth > deepest) return Number.NaN;
	if (op === 'constant') return value === 'true' ? true : value === 'false' ? false : (readText(value) ?? Number.NaN);
	if (op === 'variable') return values.get(textOf(name)) ?? Number.NaN;
	if (op === 'lookup') return readNumber(objectAt(table)[String(evaluate(key, values, depth + 1))]) ?? Number.NaN;
	const operation = operations.get(textOf(op));
	if (!operation || !Array.isArray(args)) return Number.NaN;
	const read = args.map((each) => evaluate(each, values, depth + 1));
	// A comparison with what isn't known would hold or not, and so hide it.
	return read.some(Number.isNaN) ? Number.NaN : operation(read);
}

/** What the rule's parameters are in a create; null where one of them can't be known before. */
function readValues(parameters: unknown, body: Record<string, unknown>): Values | null {
	const declared = records(parameters);
	const names = declared.map(({ name }) => textOf(name));
	const values = new Map<string, Value>();
	const hasVideos = [body.video_url, body.video_urls, body.base_video_task_id].some((value) => value !== undefined);
	for (const { name: declaredName, type, default: usual, values: choices } of declared) {
		const name = textOf(declaredName);
		const isOpen = /tokens$/.test(name) || (isMeasured.test(name) && (hasVideos || body.web_search === true));
		const places = [name, ...(namesInBody[name] ?? []).filter((other) => !names.includes(other))];
		const set = places.map((place) => body[place]).find((value) => value !== undefined);
		const value = name === 'input_images' && set === undefined ? countImages(body) : (set ?? (isOpen ? undefined : usual));
		if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return null;
		const chosen = Array.isArray(choices) ? choices.map(readText).find((choice) => String(choice).toLowerCase() === String(value).toLowerCase()) : value;
		// -1 lets the model choose its length.
		if (chosen === undefined || chosen === null || String(chosen) === '-1') return null;
		values.set(name, type === 'boolean' ? String(chosen) === 'true' : String(chosen));
	}
	return values;
}

/** Undefined where pictures are in places that the rules don't tell of. */
function countImages({ image_urls: list, image_url: one, ...rest }: Record<string, unknown>): number | undefined {
	if (Object.keys(rest).some((name) => name.startsWith('image'))) return undefined;
	return Array.isArray(list) ? list.length : one === undefined ? 0 : 1;
}

const roundings: Readonly<Record<string, (value: number) => number>> = { half_up: Math.round, ceil: Math.ceil, floor: Math.floor };

/** In UC; NaN where the rule can't be worked out. */
function costOf(component: Record<string, unknown>, values: Values): number {
	const applies = component.condition === undefined ? true : evaluate(component.condition, values);
	if (typeof applies !== 'boolean') return Number.NaN;
	if (!applies) return 0;
	const tiers = records(component.tiers).map((tier) => ({ ...tier, holds: evaluate(tier.when, values) }));
	const matching: Array<Record<string, unknown>> = tiers.filter(({ holds }) => holds !== false);
	const { rate, minimum_charge: minimum, multiplier, pricing_status: status } = matching[0] ?? component;
	const round = roundings[textOf(objectAt(component.rounding).mode)];
	if (matching.length > 1 || (matching[0]?.holds ?? true) !== true || status !== 'available' || !round) return Number.NaN;
	const quantity = count(evaluate(component.quantity_rule, values));
	const [usual, factor] = [readNumber(objectAt(rate).uc) ?? Number.NaN, readNumber(multiplier ?? 1) ?? Number.NaN];
	// A tier's rate holds its multiplier already.
	const byPoint: Readonly<Record<string, number>> = {
		per_quantity: round(quantity * factor) * (usual / factor),
		per_tier: quantity * round(usual),
		per_component_subtotal: round(quantity * usual),
	};
	const cost = byPoint[textOf(objectAt(component.rounding).point)] ?? Number.NaN;
	return cost < 0 ? Number.NaN : Math.max(cost, readNumber(objectAt(minimum).uc) ?? Number.NaN);
}

/** The public prices; an account's own may be lower. */
export const prices: Prices = {
	request: (_create, model) => ({
		method: 'GET',
		base: 'baseUrl',
		path: `/v1/catalog/models/${encodeInUrl(model.toLowerCase())}/pricing-rules?view=full`,
		withoutKey: true,
	}),
	read(body, { body: create = {} }, model): Price {
		const { meta, model: rule } = objectAt(body);
		const { model_id: id, pricing_status: status, settlement_basis: basis, parameters, components } = objectAt(rule);
		const isKnown = id === model.toLowerCase() && status === 'available' && objectAt(meta).exchange_rate_version === exchangeRates;
		if (!isKnown || !Array.isArray(components)) return { kind: 'unknown' };
		if (basis !== 'request_only') return { kind: 'unknown', why: 'EvoLink charges this model by what it made' };
		const values = readValues(parameters, create);
		if (values === null) return { kind: 'unknown' };
		const uc = records(components).reduce((sum, component) => sum + costOf(component, values), 0);
		return uc > 0 ? { kind: 'exact', usd: Number((uc / ucPerUsd).toFixed(6)) } : { kind: 'unknown' };
	},
};

/** What the model list shows: the price of a second, which the quality and the like may multiply. */
export const unitPrices: ModelList['unitPrices'] = {
	most: 1000,
	request: () => ({ method: 'GET', base: 'baseUrl', path: '/v1/catalog/pricing-rules?modality=video&view=summary', withoutKey: true }),
	read(body) {
		const shown = records(objectAt(body).models).flatMap(({ model_id: id, components }): [string, string][] => {
			const { rate, billing_rule: rule } = records(components).find(({ role }) => role === 'video_output') ?? {};
			const usd = readNumber(objectAt(rate).usd);
			return usd === null || usd <= 0 || rule !== 'per_second' ? [] : [[textOf(id), `unit price $${Number(usd.toFixed(4))}/s`]];
		});
		return new Map(shown);
	},
};
