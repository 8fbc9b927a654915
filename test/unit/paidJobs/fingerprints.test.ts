import type { INodeParameters } from 'n8n-workflow';

import { SoraVideo } from '../../../nodes/SoraVideo/SoraVideo.node';
import { fingerprint, fingerprintOfFields } from '../../../nodes/SoraVideo/paidJobs/fingerprints';

const fields: INodeParameters = {
	provider: 'evoLink',
	operation: 'create',
	model: { __rl: true, mode: 'list', value: 'kling', cachedResultName: 'Kling' },
	prompt: '={{ $json.prompt }} {{ Math.random() }}',
	duration: 4,
	options: { batchSize: 5, additionalBody: '{"seed": 7}' },
};

describe('fields as the user set them', () => {
	it.each<[string, INodeParameters]>([
		['in another order', Object.fromEntries(Object.entries(fields).reverse())],
		['the operation', { ...fields, operation: 'createAndWait', waitUsing: 'suspend', timeout: 60, downloadVideo: true, binaryPropertyName: 'film' }],
		['where the provider calls', { ...fields, callbackUrl: 'https://n8n.example/' }],
		['options that make no other video', { ...fields, options: { batchSize: 1, additionalBody: '{"seed": 7}', resendUnknown: true, includeRaw: true, maxCost: 2 } }],
		['what the panel keeps beside Model Fields', { ...fields, modelFields: { mappingMode: 'defineBelow', value: { seed: null, style: '' }, schema: [{ id: 'seed', type: 'number' }], matchingColumns: [] } }],
		['how the editor shows the model', { ...fields, model: { __rl: true, mode: 'list', value: 'kling' } }],
	])('%s: the same video', (_name, changed) => {
		expect(fingerprintOfFields(changed)).toBe(fingerprintOfFields(fields));
	});

	const textOnly = new SoraVideo().description.properties.filter(({ type }) => type === 'notice' || type === 'credentials');

	it.each([...new Set(textOnly.map(({ name }) => name))])('%s, that the panel shows for some choices only: the same video', (name) => {
		expect(fingerprintOfFields({ ...fields, [name]: '' })).toBe(fingerprintOfFields(fields));
	});

	it.each<[string, INodeParameters]>([
		['the provider', { ...fields, provider: 'vtrix' }],
		['the model', { ...fields, model: { __rl: true, mode: 'list', value: 'veo' } }],
		['the prompt', { ...fields, prompt: 'Sea' }],
		['the duration', { ...fields, duration: 8 }],
		['a field of the model', { ...fields, modelFields: { value: { seed: 8 } } }],
		['an option', { ...fields, options: { batchSize: 5, additionalBody: '{"seed": 8}' } }],
		['an option taken away', { ...fields, options: {} }],
	])('%s: another one', (_name, changed) => {
		expect(fingerprintOfFields(changed)).not.toBe(fingerprintOfFields(fields));
	});
});

it('lists keep their order, and nothing runs together', () => {
	expect(fingerprint([1, 2])).not.toBe(fingerprint([2, 1]));
	expect(fingerprint({ a: { b: 1 } })).not.toBe(fingerprint({ a: 1, b: 1 }));
	expect(fingerprint({ a: { c: 1, b: [{ y: 1, x: 2 }] } })).toBe(fingerprint({ a: { b: [{ x: 2, y: 1 }], c: 1 } }));
});
