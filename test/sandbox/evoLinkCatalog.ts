import { createHash } from 'node:crypto';
import { isRecord } from './checks';
import { readFacts } from './modelSchemas';
import type { Call, Reply } from './types';

// EvoLink's public price rules, as one answer of 2026-10-10 had them. Other models' prices aren't known, and aren't told.

function captured(): { meta: Record<string, unknown>; models: Record<string, unknown>[] } {
	const { pricingRulesCapture: capture } = readFacts('evoLink');
	const { meta, models } = isRecord(capture) ? capture : {};
	return { meta: isRecord(meta) ? meta : {}, models: Array.isArray(models) ? models.filter(isRecord) : [] };
}

/** null: not a call to the catalogue. Open to all. */
export function serveCatalog(call: Call): Reply | null {
	if (call.method !== 'GET') return null;
	const { meta, models } = captured();
	const [, id] = /^\/v1\/catalog\/models\/([^/]+)\/pricing-rules$/.exec(call.path) ?? [];
	if (id !== undefined) {
		const model = models.find(({ model_id: each }) => each === decodeURIComponent(id));
		return model ? { status: 200, body: { meta, model } } : { status: 404, body: { error: { code: 'not_found', message: `Model ${id} not found` } } };
	}
	if (call.path !== '/v1/catalog/pricing-rules') return null;
	const modality = call.query.get('modality');
	const body = { meta, models: models.filter((model) => modality === null || model.modality === modality) };
	const etag = `"${createHash('sha256').update(JSON.stringify(body)).digest('hex').slice(0, 16)}"`;
	return call.headers['if-none-match'] === etag ? { status: 304, headers: { etag } } : { status: 200, headers: { etag }, body };
}
