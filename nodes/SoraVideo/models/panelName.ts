import type { ModelField } from './Model';

/** How the node's panel names its own fields, which no field of a model may be taken for. */
export const nodeFieldNames: ReadonlySet<string> = new Set([
	'Additional Body',
	'Aspect Ratio',
	'Batch Size',
	'Callback URL',
	'Cancel On Timeout',
	'Correlation',
	'Credential',
	'Download Video',
	'Duration',
	'Generate Audio',
	'If Price Unknown',
	'Image Check',
	'Image Source',
	'Image URL',
	'Include Raw Response',
	'Input Binary Field',
	'Job ID',
	'Last Frame',
	'Max Cost',
	'Max File Size',
	'Model',
	'Model Fields',
	'Negative Prompt',
	'Operation',
	'Options',
	'Prompt',
	'Provider',
	'Put Output File in Field',
	'References',
	'Remix Video ID',
	'Resend If Outcome Unknown',
	'Resolution',
	'Seed',
	'Timeout',
	'Wait Using',
]);

const initials = new Set(['cfg', 'exr', 'fps', 'hdr', 'id', 'tts', 'url']);

/** A name as its model writes it, in words: `camera_control.type` is Camera Control: Type. */
function inWords(name: string): string {
	const word = (text: string) =>
		initials.has(text.toLowerCase()) ? text.toUpperCase() : `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
	const parts = name.split('.').map((part) => part.split('_').filter((text) => text !== '').map(word).join(' '));
	// A wrapper around all that has no place of its own says nothing.
	return (parts.length > 1 && parts[0] === 'Model Params' ? parts.slice(1) : parts).join(': ');
}

/** How Model Fields names a field: AI/ML API's `provider` is not the node's own Provider. */
export function panelName({ name, title }: Pick<ModelField, 'name' | 'title'>): string {
	const words = title ?? inWords(name);
	return nodeFieldNames.has(words) ? `${words} of the Model` : words;
}

/** The same for a sentence: with the name that a request has for it, where that says something else. */
export function panelNameInFull(field: Pick<ModelField, 'name' | 'title'>): string {
	const shown = panelName(field);
	const plain = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
	return plain(shown) === plain(field.name) ? shown : `${shown} (${field.name})`;
}
