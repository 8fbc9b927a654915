import type { INodeParameters, INodeProperties } from 'n8n-workflow';
import { NodeHelpers, Workflow } from 'n8n-workflow';

import { SoraVideo } from '../../../nodes/SoraVideo/SoraVideo.node';
import { SoraVideoTrigger } from '../../../nodes/SoraVideo/SoraVideoTrigger.node';
import { operations } from '../../../nodes/SoraVideo/operations';
import { providers } from '../../../nodes/SoraVideo/providers';

const { properties } = new SoraVideo().description;

/** The fields that n8n's editor shows, with what is inside of Options. */
function shown(values: INodeParameters, among: readonly INodeProperties[] = properties): INodeProperties[] {
	return among.filter((field) => NodeHelpers.displayParameter(values, field, null, null, values));
}

function optionsShown(values: INodeParameters): string[] {
	const field = properties.find(({ name }) => name === 'options');
	const inside = (field?.options ?? []).flatMap((option) => ('type' in option ? [option] : []));
	return inside
		.filter((option) => NodeHelpers.displayParameter({}, option, null, null, values))
		.map(({ displayName }) => displayName);
}

/** All fields, with those inside of others. */
function withInner(fields: readonly INodeProperties[]): INodeProperties[] {
	return fields.flatMap((field) => [
		field,
		...(field.options ?? []).flatMap((option) =>
			'values' in option ? withInner(option.values) : 'type' in option ? withInner([option]) : [],
		),
	]);
}

const all = withInner(properties);
const noticesOf = (values: INodeParameters) => shown(values).filter(({ type }) => type === 'notice').map(({ name }) => name);
const everywhere = providers.flatMap(({ id }) => operations.map(({ option }) => [id, option.value]));

describe('the panel', () => {
	it.each([...all, ...withInner(new SoraVideoTrigger().description.properties)].filter(({ type }) => type !== 'notice').map((field) => [field.displayName, field] as const))(
		'describes %s',
		(_, field) => {
			// A collection's own fields are described one by one.
			if (field.type !== 'collection') expect(field.description ?? '').toMatch(/\S{3}/);
			for (const option of field.options ?? []) {
				const isChoice = 'value' in option && field.type === 'options' && !['kind', 'provider'].includes(field.name);
				if (isChoice) expect([option.name, option.description ?? '']).toEqual([option.name, expect.stringMatching(/\S{3}/)]);
			}
		},
	);

	it('is in the order in which a person decides', () => {
		const names = shown({ provider: 'fal', operation: 'createAndWait', imageSource: 'url', downloadVideo: true, timeout: 1800 }).map(({ displayName }) => displayName);
		expect(names).toEqual([
			'Provider', 'Credential', 'Operation', 'Model', 'Prompt', 'Image Source', 'Image URL', 'Aspect Ratio', 'Resolution', 'Duration', 'Model Fields',
			'Wait Using', 'Timeout', 'Download Video', 'Put Output File in Field', 'Options',
		]);
	});

	it('names the video before all where one is there', () => {
		expect(shown({ provider: 'fal', operation: 'getStatus' }).map(({ displayName }) => displayName)).toEqual(['Provider', 'Credential', 'Operation', 'Job ID', 'Options']);
	});

	it.each(providers.map(({ id }) => id))('has what a video is to be for %s, whatever its models take: n8n forgets what it hides, and a switch of the provider would drop it unsaid', (provider) => {
		const wishes = ['Generate Audio', 'Last Frame', 'Negative Prompt', 'References', 'Seed'];
		expect(optionsShown({ provider, operation: 'createAndWait' })).toEqual(expect.arrayContaining(wishes));
	});

	it.each(['getStatus', 'waitForCompletion', 'download', 'cancel'])('has nothing about a new video for %s', (operation) => {
		const names = optionsShown({ provider: 'fal', operation });
		for (const option of ['Additional Body', 'Max Cost', 'Seed', 'References', 'Resend If Outcome Unknown']) expect(names).not.toContain(option);
	});
});

describe('what the panel says before a user loses money or a video', () => {
	it('a result that lives for minutes, where nobody waits for it', () => {
		const saying = everywhere.filter(([provider, operation]) => noticesOf({ provider, operation, timeout: 1800 }).includes('shortLivedNotice'));
		expect(saying).toEqual([['fal', 'create']]);
		const notice = properties.find(({ name }) => name === 'shortLivedNotice');
		expect(notice?.displayName).toContain('fal surely gives a finished video for 6 minutes only');
	});

	it.each([
		['createAndWait', 299, true],
		['waitForCompletion', 60, true],
		['createAndWait', 300, false],
		['createAndWait', 1800, false],
		['create', 60, false],
	])('%s with a timeout of %d seconds: %s', (operation, timeout, says) => {
		expect(noticesOf({ provider: 'evoLink', operation, timeout }).includes('shortTimeoutNotice')).toBe(says);
	});

	it.each([
		['createAndWait', { resendUnknown: true }, true],
		['createAndWait', { resendUnknown: false }, false],
		['createAndWait', {}, false],
		['getStatus', { resendUnknown: true }, false],
	])('%s with %j: that a video may be charged twice: %s', (operation, options: INodeParameters, says) => {
		expect(noticesOf({ provider: 'evoLink', operation, timeout: 1800, options }).includes('resendNotice')).toBe(says);
	});
});

it("says of the trigger what n8n's list of nodes shows for both nodes", () => {
	const { description } = new SoraVideoTrigger().description;
	expect(description).toMatch(/^Make AI videos from text and pictures, wait for them and download them/);
	expect(new SoraVideo().description.description).toBe('Make AI videos from text and pictures, wait for them and download them');
});

describe('the subtitle', () => {
	const nodeTypes = {
		getByName: () => new SoraVideo(),
		getByNameAndVersion: () => new SoraVideo(),
		getKnownTypes: () => ({}),
	};

	/** As n8n's editor reads it. */
	function subtitleOf(parameters: INodeParameters): unknown {
		const node = { id: '1', name: 'Sora Video', type: 'soraVideo', typeVersion: 1, position: [0, 0] satisfies [number, number], parameters };
		const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
		return workflow.expression.getSimpleParameterValue(node, new SoraVideo().description.subtitle, 'internal', {});
	}

	const model = (value: string) => ({ __rl: true, mode: 'list', value, cachedResultName: 'Veo 3.1' });

	it.each([
		['createAndWait', 'google/veo-3.1', 'Create and Wait: google/veo-3.1'],
		['create', 'google/veo-3.1', 'Create: google/veo-3.1'],
		['create', '', 'Create: fal'],
		['getStatus', 'google/veo-3.1', 'Get Status: fal'],
	])('%s with "%s" is %s', (operation, id, subtitle) => {
		expect(subtitleOf({ provider: 'fal', operation, model: model(id) })).toBe(subtitle);
	});
});
