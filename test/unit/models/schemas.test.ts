import { fit } from '../../../nodes/SoraVideo/models/fitting/fit';
import { fullestRequest, leastRequest, mediaOf, needsOnlyPromptAndPictures, schemaModels, strictValidator } from './schemaModels';
import type { SchemaModel } from './schemaModels';

/** Models of which no valid body can be made, and why. */
const impossible: Readonly<Record<string, string>> = {};

interface Failure {
	id: string;
	why: unknown;
}

function failuresOf(rows: readonly SchemaModel[], make: typeof leastRequest): Failure[] {
	return rows.flatMap((row): Failure[] => {
		if (!row.model) return [{ id: row.id, why: 'not read' }];
		const request = make(row);
		const { problems } = fit(row.model, request);
		if (problems.length > 0) return [{ id: row.id, why: problems }];
		const body = row.write(request, mediaOf(request));
		const validate = strictValidator(row.schema);
		return validate(body) ? [] : [{ id: row.id, why: [body, validate.errors?.map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`)] }];
	});
}

describe.each(['aimlApi', 'evoLink', 'geminiOmni', 'openRouter', 'fal', 'kie', 'replicate', 'wavespeed'])('models of %s', (name) => {
	const rows = schemaModels(name);

	it.each([
		['from the panel alone', leastRequest],
		['with as much as the model takes together', fullestRequest],
	])('get a body that their schema takes: %s', (_case, make) => {
		const failures = failuresOf(rows, make);
		expect(failures.filter(({ id }) => !(id in impossible))).toEqual([]);
		expect(failures.length / rows.length).toBeLessThanOrEqual(0.02);
	});

	it('take the panel as it comes, with a picture where they need one', () => {
		const wanted = rows.filter(needsOnlyPromptAndPictures);
		const refused = wanted.filter((row) => {
			const { model } = row;
			return model === null || fit(model, leastRequest(row)).problems.length > 0;
		});
		expect(wanted.length).toBeGreaterThan(rows.length / 4);
		expect(refused.map(({ id }) => id)).toEqual([]);
	});
});
