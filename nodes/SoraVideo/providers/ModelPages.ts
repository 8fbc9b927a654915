import type { ListedModel, Retirement } from '../models/ListedModel';
import type { Model } from '../models/Model';
import type { ProviderRequest, PublicRequest } from './ProviderRequest';

/** Where a provider lists the models that it has now. */
export interface ModelList {
	request: ProviderRequest | PublicRequest;
	/** The video models in the answer; null where it is no list of models. */
	read(body: unknown): ListedModel[] | null;
	/** Where an answer holds only a part of the list: the request for the next part, null after the last. */
	readNext?(body: unknown): ProviderRequest | PublicRequest | null;
	/** Whether it states what each model takes, so that it is worth reading before a video is created. */
	statesModels?: boolean;
	/** Where the provider tells what models cost, so many of them at once; where the list doesn't. */
	unitPrices?: {
		most: number;
		request(ids: readonly string[]): ProviderRequest | PublicRequest;
		/** By model, as `ListedModel.price`. */
		read(body: unknown): ReadonlyMap<string, string>;
	};
	/** Where the provider tells which models retire. */
	retirements?: {
		request: ProviderRequest | PublicRequest;
		read(body: unknown): Retirement[] | null;
	};
}

/** Where a provider tells what one model takes. */
export interface ModelSource {
	request(id: string): ProviderRequest | PublicRequest;
	/** Null where the answer doesn't tell it. */
	read(body: unknown, id: string): Model | null;
}
