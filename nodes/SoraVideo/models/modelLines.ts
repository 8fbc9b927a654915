import { isVideoModelId } from './isVideoModelId';
import { listed } from './listed';
import type { KnownModel, ListedModel, ModelLimits, Provider, Retirement } from '../providers/Provider';

/** One line of the Model field's list. */
export interface ModelLine {
	name: string;
	value: string;
	/** The page that describes the model. */
	url?: string;
}

/** `4/8/12 s`, and `4 to 15 s` of many in a row. */
function describeDurations(durations: readonly number[]): string {
	const [first = 0] = durations;
	const isRow = durations.length > 3 && durations.every((seconds, index) => seconds === first + index);
	return isRow ? `${first} to ${first + durations.length - 1} s` : `${durations.join('/')} s`;
}

/** What the limits say, in words; empty where none is stated. */
function describeLimits({ durations = [], resolutions = [] }: ModelLimits): string[] {
	return [
		resolutions.length > 0 ? listed(resolutions) : '',
		durations.length > 0 ? describeDurations(durations) : '',
	];
}

function describeRetirement({ state, on, successor }: Retirement): string {
	const words = {
		retiring: on ? `Retires ${on}` : 'Retires soon',
		replaced: 'Replaced',
		withdrawn: 'Withdrawn',
	};
	return successor ? `${words[state]}, use ${successor}` : words[state];
}

function knownLine(model: KnownModel): string[] {
	// What a model makes is in its own words; most leave the seconds out.
	return [model.about, /second/.test(model.about) ? '' : describeDurations(model.durations)];
}

/** Lists that hold every kind of model have those for videos first. */
function byName(one: ListedModel, other: ListedModel): number {
	const rank = ({ id }: ListedModel) => (isVideoModelId(id) ? 0 : 1);
	const name = ({ about, id }: ListedModel) => about ?? id;
	return rank(one) - rank(other) || name(one).localeCompare(name(other), 'en');
}

/**
 * The lines of the Model field's list: the known models first, then what else the provider has now, each
 * with what it can do, and with what the provider says of its end. n8n's editor shows some 50 characters
 * of a line, so what matters most comes first, and the id last.
 *
 * @param models The live list; null where there is none, and nothing can be said of what is missing.
 */
export function modelLines(
	provider: Provider,
	models: readonly ListedModel[] | null,
	retirements: readonly Retirement[],
): ModelLine[] {
	const listedAs = (id: string) =>
		models?.find((model) => model.id === id || model.aliases?.includes(id));
	const line = (id: string, parts: string[], model?: ListedModel): ModelLine => {
		const retirement = retirements.find(({ ids }) => ids.includes(id));
		const isMissing = models !== null && !model && !retirement;
		const end = retirement ? describeRetirement(retirement) : isMissing ? 'Not in its list now' : '';
		const text = parts.filter((part) => part !== '').join(', ');
		const name = text === '' || text === id ? id : `${text} (${id})`;
		return {
			name: end === '' ? name : `${end}. ${name}`,
			value: id,
			...(model?.docsUrl && { url: model.docsUrl }),
		};
	};
	const known = provider.models.map((model) =>
		line(model.id, knownLine(model), listedAs(model.id)),
	);
	const knownNow = new Set(provider.models.map(({ id }) => listedAs(id)?.id ?? id));
	const others = (models ?? [])
		.filter(({ id }) => !knownNow.has(id))
		.sort(byName)
		.map((model) => line(model.id, [model.about ?? '', ...describeLimits(model)], model));
	const seen = new Set<string>();
	return [...known, ...others].filter(({ value }) => !seen.has(value) && seen.add(value));
}

/** The lines that hold every word looked for, in the id or in the text. */
export function searchLines(lines: readonly ModelLine[], wanted: string): ModelLine[] {
	const words = wanted.toLowerCase().split(/\s+/);
	return lines.filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)));
}
