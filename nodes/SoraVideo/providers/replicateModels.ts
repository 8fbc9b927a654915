import { encodeInUrl } from '../job/joinUrl';
import { isObject, objectAt, readLinks, readText } from '../job/read';
import type { ListedModel } from '../models/ListedModel';
import type { Model } from '../models/Model';
import { readSchema } from '../models/readers/readSchema';
import { readTable } from '../models/readers/readTable';
import type { ModelList, ModelSource } from './ModelPages';
import { modelPath } from './modelPath';
import type { ProviderRequest } from './ProviderRequest';

/** The parts of `owner/name`, `owner/name:version` and of a version's id alone. */
interface ModelName {
	name: string | null;
	version: string | null;
}

function readName(id: string): ModelName {
	const [head = '', version] = id.split(':');
	return head.includes('/') ? { name: head, version: version ?? null } : { name: null, version: version ?? head };
}

function get(path: string): ProviderRequest {
	return { method: 'GET', base: 'baseUrl', path };
}

/** Where a model that Replicate keeps running is created with, or the version that any other one is asked for by. */
export function placeOf({ id, aliases = [] }: Model, asked: string): { path: string; version?: string } {
	const { name, version } = readName(asked);
	const other = version ?? aliases.map((alias) => readName(alias).version).find((each) => each !== null) ?? null;
	return other === null ? { path: `/models/${modelPath(name ?? id)}/predictions` } : { path: '/predictions', version: other };
}

/**
 * A model as it is told, or as one of its versions is. One that Replicate doesn't keep running has its newest
 * version for an alias, since it is had by that alone.
 */
function readModel(value: unknown, id: string): Model | null {
	const { latest_version: latest, is_official: isOfficial, description, ...page } = objectAt(value);
	const version = isObject(latest) ? latest : page;
	const document = version.openapi_schema;
	const model = readSchema(objectAt(objectAt(objectAt(document).components).schemas).Input, id, { root: document });
	const newest = isOfficial === false ? readText(version.id) : null;
	return model && { ...model, about: readText(description), ...(newest !== null && { aliases: [`${id}:${newest}`] }) };
}

/** https://replicate.com/docs/reference/http#models.get and #models.versions.get. */
export const modelSource: ModelSource = {
	request(id) {
		const { name, version } = readName(id);
		const page = `/models/${modelPath(name ?? id)}`;
		return get(name === null || version === null ? page : `${page}/versions/${encodeInUrl(version)}`);
	},
	read: readModel,
};

function readListed(value: unknown): ListedModel[] {
	const { owner, name, url, description } = objectAt(value);
	const parts = [owner, name].map(readText).filter((part) => part !== null);
	const [docsUrl] = readLinks([url]);
	if (parts.length < 2) return [];
	const id = parts.join('/');
	const model = readModel(value, id);
	return [{ id, about: readText(description), ...(docsUrl && { docsUrl }), ...(model && { model }) }];
}

const collections = ['text-to-video', 'image-to-video'];

function collection(slug: string | undefined): ProviderRequest | null {
	return slug === undefined ? null : get(`/collections/${slug}`);
}

/** https://replicate.com/docs/reference/http#collections.get: whole models, some of them in both. */
export const modelList: ModelList = {
	request: get(`/collections/${collections[0]}`),
	read(body) {
		const { models } = objectAt(body);
		return Array.isArray(models) ? models.flatMap(readListed) : null;
	},
	readNext: (body) => {
		const place = collections.indexOf(readText(objectAt(body).slug) ?? '');
		return place === -1 ? null : collection(collections[place + 1]);
	},
};

/** What its models call these most often. */
export function usualModel(id: string): Model {
	const usual =
		'prompt:text image:url last_frame_image:url reference_images:urls video:url audio:url resolution:text aspect_ratio:text duration:int generate_audio:bool negative_prompt:text seed:int';
	return { ...readTable(usual, id), known: false };
}
