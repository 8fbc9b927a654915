import { isVideoModelId } from './isVideoModelId';
import { listed } from './listed';
import type { ListedModel, Retirement } from './ListedModel';
import type { FieldValue, Model } from './Model';
import { offer } from './panel';
import { knownRetirement } from './retirements';

/** One line of the Model field's list. */
export interface ModelLine {
	name: string;
	value: string;
	/** The page that describes the model. */
	url?: string;
}

/** `4/8/12 s`, and `4 to 15 s` of many in a row. */
function describeDurations(values: readonly FieldValue[]): string {
	const numbers = values.map((value) => Number.parseFloat(String(value))).filter((seconds) => seconds > 0);
	const [first] = numbers;
	if (first === undefined) return '';
	const isRow = numbers.length > 3 && numbers.every((seconds, index) => seconds === first + index);
	return isRow ? `${first} to ${first + numbers.length - 1} s` : `${numbers.join('/')} s`;
}

/** What a model takes, in words; empty where that isn't told. */
function describeModel(model: Model): string[] {
	const resolutions = offer(model, 'resolution')?.values ?? [];
	return [
		resolutions.length > 0 ? listed(resolutions.map(String)) : '',
		describeDurations(offer(model, 'duration')?.values ?? []),
	];
}

function describeRetirement({ state, on, successor }: Retirement): string {
	const words = {
		retiring: on ? `Retires ${on}` : 'Retires soon',
		replaced: 'Replaced',
		withdrawn: on ? `Retired ${on}` : 'Retired',
	};
	return successor ? `${words[state]}, use ${successor}` : words[state];
}

interface Ranked {
	line: ModelLine;
	/** 0 for what can be chosen; more for what is of no use. */
	rank: number;
	name: string;
}

/**
 * The lines of the Model field's list: what makes videos now by name, then what has no kind, what is not
 * in the provider's list, and what has been retired, which says so. n8n's editor shows some 50 characters
 * of a line, so what matters most comes first, and the id last.
 *
 * @param known The models that the provider's table has.
 * @param live The live list; null where there is none, and nothing can be said of what is missing.
 * @param retirements As the provider tells of them.
 */
export function modelLines(
	known: readonly Model[],
	live: readonly ListedModel[] | null,
	retirements: readonly Retirement[],
): ModelLine[] {
	const listedAs = (id: string) => live?.find((model) => model.id === id || model.aliases?.includes(id));
	const rank = (id: string, about: string | null, parts: readonly string[], entry?: ListedModel): Ranked => {
		const retirement = retirements.find(({ ids }) => ids.includes(id)) ?? knownRetirement(id);
		const isMissing = live !== null && !entry && !retirement;
		const end = retirement ? describeRetirement(retirement) : isMissing ? 'Not in its list now' : '';
		const told = about ?? '';
		// What a model makes may be in its own words already.
		const more = parts.filter((part) => part !== '' && !told.includes(part) && !(/second/.test(told) && part.endsWith(' s')));
		// Before what is told of its sizes, which the editor may cut off.
		const text = [told === id ? '' : told, entry?.price ?? '', ...more].filter((part) => part !== '').join(', ');
		const named = told === '' || told === id ? `${id}: ${text}` : `${text} (${id})`;
		const name = text === '' ? id : named;
		return {
			line: {
				name: end === '' ? name : `${end}. ${name}`,
				value: id,
				...(entry?.docsUrl && { url: entry.docsUrl }),
			},
			rank: retirement?.state === 'withdrawn' ? 3 : isMissing ? 2 : isVideoModelId(id) ? 0 : 1,
			name: about ?? id,
		};
	};
	const own = known.map((model) => rank(model.id, model.about ?? null, describeModel(model), listedAs(model.id)));
	const knownNow = new Set(known.map(({ id }) => listedAs(id)?.id ?? id));
	const others = (live ?? [])
		.filter(({ id }) => !knownNow.has(id))
		.map((entry) => rank(entry.id, entry.about, entry.model ? describeModel(entry.model) : [], entry));
	const seen = new Set<string>();
	return [...own, ...others]
		.sort((one, other) => one.rank - other.rank || one.name.localeCompare(other.name, 'en'))
		.map(({ line }) => line)
		.filter(({ value }) => !seen.has(value) && seen.add(value));
}

/** The lines that hold every word looked for, in the id or in the text. */
export function searchLines(lines: readonly ModelLine[], wanted: string): ModelLine[] {
	const words = wanted.toLowerCase().split(/\s+/);
	return lines.filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)));
}
