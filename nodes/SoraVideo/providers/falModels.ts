import { encodeInUrl } from '../job/joinUrl';
import { firstText, isObject, objectAt, readText } from '../job/read';
import { mostAtOnce, pricesOf, readUnitPrices } from './falPrices';
import type { ListedModel } from '../models/ListedModel';
import type { Model } from '../models/Model';
import { readOpenApi } from '../models/readers/readSchema';
import { readTable } from '../models/readers/readTable';
import type { ModelList, ModelSource } from './ModelPages';
import type { OwnPage } from './ProviderRequest';

/** Endpoints that make videos, by fal's own categories; a list is of one. */
const categories = ['text-to-video', 'image-to-video', 'video-to-video', 'audio-to-video'];

/** `limit=50`: as many as its own pages ask for at once. */
function listPage(category: string, cursor: string | null): OwnPage {
	const more = cursor === null ? '' : `&cursor=${encodeInUrl(cursor)}`;
	const path = `/v1/models?category=${category}&status=active&limit=50${more}`;
	return { method: 'GET', base: 'apiBaseUrl', path, withoutKey: true };
}

function readListed(value: unknown): ListedModel[] {
	const entry = objectAt(value);
	const id = readText(entry.endpoint_id);
	const { display_name: name, description } = objectAt(entry.metadata);
	return id === null ? [] : [{ id, about: firstText(name, description), docsUrl: `https://fal.ai/models/${id}/api` }];
}

/** The category of which a page of the list is, by its entries. */
function categoryOf(models: unknown): string | null {
	const first: unknown = Array.isArray(models) ? models[0] : null;
	return readText(objectAt(objectAt(first).metadata).category);
}

/** https://fal.ai/docs/platform-apis/v1/models: read without a key. */
export const modelList: ModelList = {
	request: listPage('text-to-video', null),
	read(body) {
		const { models } = objectAt(body);
		return Array.isArray(models) ? models.flatMap(readListed) : null;
	},
	readNext(body) {
		const { models, next_cursor: cursor, has_more: hasMore } = objectAt(body);
		const category = categoryOf(models);
		if (category === null) return null;
		if (hasMore === true && readText(cursor) !== null) return listPage(category, readText(cursor));
		const next = categories[categories.indexOf(category) + 1];
		return next === undefined || !categories.includes(category) ? null : listPage(next, null);
	},
	unitPrices: {
		most: mostAtOnce,
		request: pricesOf,
		read: readUnitPrices,
	},
};

/** The same list, of one endpoint and with its document: https://fal.ai/docs/platform-apis/v1/models. */
export const modelSource: ModelSource = {
	request: (id) => ({
		method: 'GET',
		base: 'apiBaseUrl',
		path: `/v1/models?endpoint_id=${encodeInUrl(id)}&expand=openapi-3.0`,
		withoutKey: true,
	}),
	read(body, id): Model | null {
		const { models } = objectAt(body);
		const entries = (Array.isArray(models) ? models : []).filter(isObject);
		const entry = entries.find((each) => each.endpoint_id === id);
		return entry ? readOpenApi(entry.openapi, id, `/${id}`) : null;
	},
};

/** What fal's endpoints take, as their documents name it most often. */
export function usualModel(id: string): Model {
	const fields =
		'prompt:text image_url:url end_image_url:url image_urls:urls video_url:url audio_url:url resolution:text aspect_ratio:text duration:text generate_audio:bool negative_prompt:text seed:int';
	return { ...readTable(fields, id), known: false };
}
