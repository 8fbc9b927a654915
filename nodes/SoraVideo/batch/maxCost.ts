import type { VideoRequest } from '../job/VideoRequest';
import { noMedia } from '../models/fitting/readAsked';
import type { Model } from '../models/Model';
import type { Price } from '../providers/Provider';
import { readPrice } from '../transport/readPrice';
import { ItemParameters } from './ItemParameters';
import type { NodeRun } from './NodeRun';

/** What an item's video may cost, and will. */
export interface Costs {
	price: Price;
	/** Why it is not to be created; empty where nothing speaks against it. */
	problems: string[];
}

/** As sums of money are written, to the cent or, below one, as far as it says something. */
export function dollars(usd: number): string {
	return `$${usd >= 0.01 || usd === 0 ? usd.toFixed(2) : String(Number(usd.toPrecision(2)))}`;
}

const waysWithoutPrice = [
	{ value: 'refuse', name: 'Refuse' },
	{ value: 'create', name: 'Create' },
] as const;

function whyUnknown(price: Exclude<Price, { kind: 'exact' }>, provider: string): string {
	if (price.kind === 'unknown') return price.why === undefined ? '' : ` (${price.why})`;
	return ` (${provider} tells ${dollars(price.usd)} for each unit, "${price.unit}", and not how many of them it takes)`;
}

/**
 * Compares what an item's video will cost with Options > Max Cost, before it is created; null where that isn't set.
 *
 * @param model What the request is fitted to.
 */
export async function checkCost(run: NodeRun, itemIndex: number, request: VideoRequest, model: Model): Promise<Costs | null> {
	const { connection, context } = run;
	const { provider } = connection;
	const parameters = new ItemParameters(context, itemIndex);
	const limit = parameters.number('options.maxCost', 'Max Cost', { min: 0, isWhole: false });
	if (limit === null) return parameters.problems.length > 0 ? { price: { kind: 'unknown' }, problems: parameters.problems } : null;
	const price = await readPrice(connection, provider.writeCreate(request, noMedia, model), request.model);
	if (price.kind === 'exact') {
		const isAbove = price.usd > limit;
		const problem = `the video would cost ${dollars(price.usd)}, and at most ${dollars(limit)} are allowed: make it shorter or smaller, choose another model, or raise Options > Max Cost`;
		return { price, problems: isAbove ? [problem] : [] };
	}
	const goesOn = parameters.choice('options.unknownPrice', 'If Price Unknown', waysWithoutPrice) === 'create';
	if (parameters.problems.length > 0) return { price, problems: parameters.problems };
	const why = whyUnknown(price, provider.displayName);
	const problem = `what the video would cost isn't known before it is made${why}, and at most ${dollars(limit)} are allowed: set Options > If Price Unknown to Create, or remove Options > Max Cost`;
	return { price, problems: goesOn ? [] : [problem] };
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
