import type { INode } from 'n8n-workflow';

import { objectAt, readText } from '../../job/read';
import type { VideoRequest } from '../../job/VideoRequest';
import { noMedia } from '../../models/fitting/readAsked';
import type { Model } from '../../models/Model';
import type { Price } from '../../providers/Provider';
import type { Connection } from '../../transport/connection';
import { readPrice } from '../../transport/readPrice';
import type { ItemParameters } from '../ItemParameters';

/** What a video may cost, in USD, and whether it is created where its price isn't known. */
export interface CostLimit {
	usd: number;
	evenIfUnknown: boolean;
}

const unknownPrices = [
	{ value: 'refuse', name: 'Refuse' },
	{ value: 'create', name: 'Create' },
] as const;

/**
 * The item's Options > Max Cost; null where it is left alone. An expression that gives nothing is a problem:
 * taken for no limit, it would let the item cost anything.
 *
 * @param node With its parameters as they are stored, before expressions are resolved.
 */
export function readLimit(parameters: ItemParameters, node: Pick<INode, 'parameters'>): CostLimit | null {
	const { problems } = parameters;
	const before = problems.length;
	const usd = parameters.number('options.maxCost', 'Max Cost', { min: 0, isWhole: false });
	const { maxCost: stored } = objectAt(node.parameters.options);
	if (usd === null && problems.length === before && readText(stored)?.startsWith('=')) {
		problems.push('the expression in Options > Max Cost gives nothing: give a number of dollars, or remove it');
	}
	const choice = parameters.choice('options.unknownPrice', 'If Price Unknown', unknownPrices);
	return usd === null ? null : { usd, evenIfUnknown: choice === 'create' };
}

/** As sums of money are written, to the cent or, below one, as far as it says something. */
export function dollars(usd: number): string {
	return `$${usd >= 0.01 || usd === 0 ? usd.toFixed(2) : String(Number(usd.toPrecision(2)))}`;
}

function whyUnknown(price: Exclude<Price, { kind: 'exact' }>, provider: string): string {
	if (price.kind === 'unknown') return price.why === undefined ? '' : ` (${price.why})`;
	return ` (${provider} tells ${dollars(price.usd)} for each unit, "${price.unit}", and not how many of them it takes)`;
}

/**
 * Compares what a video will cost with what it may, before it is created.
 *
 * @param model What the request is fitted to.
 * @returns The price, and why the video is not to be created; null where nothing speaks against it.
 */
export async function checkCost(
	connection: Connection,
	{ usd: limit, evenIfUnknown }: CostLimit,
	request: VideoRequest,
	model: Model,
): Promise<{ price: Price; problem: string | null }> {
	const { provider } = connection;
	const { model: sent = request.model } = request.additionalBody;
	const price: Price =
		sent === request.model
			? await readPrice(connection, provider.writeCreate(request, noMedia, model), request.model)
			: { kind: 'unknown', why: 'Options > Additional Body asks for another model' };
	if (price.kind === 'exact') {
		const problem = `the video would cost ${dollars(price.usd)}, and at most ${dollars(limit)} are allowed: make it shorter or smaller, choose another model, or raise Options > Max Cost`;
		return { price, problem: price.usd > limit ? problem : null };
	}
	const why = whyUnknown(price, provider.displayName);
	const problem = `what the video would cost isn't known before it is made${why}, and at most ${dollars(limit)} are allowed: set Options > If Price Unknown to Create, or remove Options > Max Cost`;
	return { price, problem: evenIfUnknown ? null : problem };
}

/** What the videos of a batch will cost in all, as a hint; null where no price was asked for. */
export function describeSum(prices: readonly Price[]): string | null {
	const exact = prices.flatMap((price) => (price.kind === 'exact' ? [price.usd] : []));
	if (prices.length === 0) return null;
	const unknown = prices.length - exact.length;
	const rest = unknown === 0 ? '' : `, and ${unknown === 1 ? 'one' : unknown} of which the price isn't known`;
	return exact.length === 0
		? `What ${prices.length === 1 ? 'this video costs' : `these ${prices.length} videos cost`} isn't known before they are made, so Options > Max Cost could not be kept.`
		: `By the provider's prices, ${exact.length === 1 ? 'one video costs' : `${exact.length} videos cost`} ${dollars(exact.reduce((sum, usd) => sum + usd, 0))} in all${rest}.`;
}
