import type { INodeProperties } from 'n8n-workflow';

import { SoraVideo } from '../../../nodes/SoraVideo/SoraVideo.node';
import { nodeFieldNames, panelName, panelNameInFull } from '../../../nodes/SoraVideo/models/panelName';

it('knows all names of the panel, and no others', () => {
	const { properties } = new SoraVideo().description;
	const options = properties.find(({ name }) => name === 'options')?.options ?? [];
	const fields: INodeProperties[] = [...properties, ...options.flatMap((option) => ('type' in option ? [option] : []))];
	const names = fields.filter(({ type, name }) => type !== 'notice' && name !== 'toolDescription').map(({ displayName }) => displayName);
	expect([...nodeFieldNames].sort()).toEqual([...new Set(names)].sort());
});

it.each([
	['shot_type', undefined, 'Shot Type', 'Shot Type'],
	['camera_control.type', undefined, 'Camera Control: Type', 'Camera Control: Type'],
	['model_params.web_search', undefined, 'Web Search', 'Web Search (model_params.web_search)'],
	['cfg_scale', 'Guidance', 'Guidance', 'Guidance (cfg_scale)'],
	['provider', undefined, 'Provider of the Model', 'Provider of the Model (provider)'],
	['seed_2', 'Seed', 'Seed of the Model', 'Seed of the Model (seed_2)'],
])('%s, titled %s, is %s in the panel and %s in a sentence', (name, title, inPanel, inFull) => {
	expect(panelName({ name, title })).toBe(inPanel);
	expect(panelNameInFull({ name, title })).toBe(inFull);
});
