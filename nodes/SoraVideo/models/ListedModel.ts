import type { Model } from './Model';

/** A model as a provider's live list tells it. */
export interface ListedModel {
	id: string;
	/** Other names by which it can be asked for. */
	aliases?: readonly string[];
	/** What it makes and takes, in a line. */
	about: string | null;
	/** The page that describes it. */
	docsUrl?: string;
	/** What it takes, where the list states that. */
	model?: Model;
	/** What it costs, as far as the provider states it: `from $0.1/s`, of a second, or `base price $0.3`, of a video. */
	price?: string;
}

/** What is known of the end of a model. */
export interface Retirement {
	/** Every name of the model. */
	ids: readonly string[];
	/** `retiring` and `replaced` models still answer; a replaced one is another model by now. */
	state: 'retiring' | 'replaced' | 'withdrawn';
	/** Day of the end, like `2026-09-24`, where it is told. */
	on: string | null;
	/** The model to use instead, where it is told. */
	successor: string | null;
}
