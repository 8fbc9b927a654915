import type { Retirement } from './ListedModel';

/** Models that their makers have switched off for all: a reseller may list them still. */
const ends: ReadonlyArray<{ ids: RegExp; on: string; successor: string | null }> = [
	// "The Videos API and Sora 2 model snapshots": developers.openai.com, deprecations.
	{ ids: /(^|[^a-z])sora[-_]2(?![.\d])/i, on: '2026-09-24', successor: null },
	// ai.google.dev, Gemini API changelog of 2026-06-15: Veo 2 and Veo 3.
	{ ids: /(^|[^a-z])veo-?(2(\.0)?|3(\.0)?)(?![\d.]|-\d)/i, on: '2026-06-30', successor: null },
	// docs.apiyi.com of 2026-10-25, after Google's deprecations page: the previews of Veo 3.1.
	{ ids: /veo-3[.-]1-(fast-|lite-)?generate-preview/i, on: '2026-10-22', successor: null },
];

/** What is known of a model's end besides what its provider tells; null where nothing is. */
export function knownRetirement(id: string): Retirement | null {
	const end = ends.find(({ ids }) => ids.test(id));
	return end ? { ids: [id], state: 'withdrawn', on: end.on, successor: end.successor } : null;
}
