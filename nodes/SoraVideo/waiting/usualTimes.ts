/** Endings of one model that are remembered: the last ones only, since providers grow faster and slower. */
const mostEndings = 9;
/** Models that are remembered, so that made-up names can't fill the memory. */
const mostModels = 500;
/** An ending is of use where the looks before and at it lie no further apart than this share of its time. */
const vaguest = 0.5;

/** When a job was seen to have ended. Milliseconds since it was created. */
export interface SeenEnding {
	/** At the last look that saw it running still. */
	after: number;
	/** At the look that saw it ended. */
	before: number;
}

/** The middle one of several numbers, or of two middle ones the mean; null of none. */
function median(values: readonly number[]): number | null {
	const sorted = [...values].sort((one, other) => one - other);
	const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
	return low === undefined || high === undefined ? null : (low + high) / 2;
}

/** How long jobs of each model took lately. */
export class UsualTimes {
	private readonly byModel = new Map<string, number[]>();

	/** Takes note of an ending, unless the looks were too far apart to tell when it was. */
	note(model: string, { after, before }: SeenEnding): void {
		if (!(after >= 0 && before > 0) || before - after > before * vaguest) return;
		const times = this.byModel.get(model) ?? [];
		this.byModel.delete(model);
		this.byModel.set(model, [...times, (after + before) / 2].slice(-mostEndings));
		for (const longestUnused of this.byModel.keys()) {
			if (this.byModel.size <= mostModels) return;
			this.byModel.delete(longestUnused);
		}
	}

	forgetAll(): void {
		this.byModel.clear();
	}

	/**
	 * The usual time of a model's jobs in milliseconds: the median of its last endings, so that one job
	 * that stood in a queue for an hour changes little.
	 *
	 * @param documented What its table says, which counts as one ending; null where it says nothing.
	 * @returns Null where nothing is known.
	 */
	usual(model: string, documented: number | null): number | null {
		const times = this.byModel.get(model) ?? [];
		return median(documented === null ? times : [...times, documented]);
	}
}

/** What this process has seen; another worker learns for itself, and a restart begins anew. */
export const seenTimes = new UsualTimes();

function nameOf(provider: string, model: string): string {
	return `${provider}\n${model}`;
}

/** Takes note of a completed job's time; a job that failed says nothing about its model. */
export function noteEnding(provider: string, model: string | null, ending: SeenEnding): void {
	if (model !== null) seenTimes.note(nameOf(provider, model), ending);
}

/** Milliseconds that a model's jobs usually take, by what this process has seen and the table; null if unknown. */
export function usualTime(provider: string, model: string | null, documented: number | null): number | null {
	return model === null ? documented : seenTimes.usual(nameOf(provider, model), documented);
}
