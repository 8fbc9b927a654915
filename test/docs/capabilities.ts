import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { providers } from '../../nodes/SoraVideo/providers';
import type { CallbackScheme, Provider } from '../../nodes/SoraVideo/providers/Provider';

// The tables of what each provider can do, made from the providers' own data: `npm run docs` writes them into
// README.md and docs/providers.md, and a unit test fails where those hold others.

const begin = '<!-- capabilities: written by `npm run docs` -->';
const end = '<!-- /capabilities -->';
const root = path.resolve(__dirname, '..', '..');
export const readmePath = path.join(root, 'README.md');
export const providersPath = path.join(root, 'docs', 'providers.md');

const transports: Record<Provider['imageTransport'], string> = {
	inline: 'inside the request',
	file: 'as a file beside the request',
	upload: "uploaded to the provider's file store first",
	signedUrl: 'by a signed link to n8n, which must be public',
};

const signatures: Record<CallbackScheme['kind'], string> = {
	unsigned: 'unsigned',
	hmac: 'signed (HMAC-SHA256)',
	ed25519: 'signed (Ed25519)',
	jwt: 'signed (JSON Web Token)',
	sharedSecret: 'with a secret in a header',
};

function callbackOf({ callbacks }: Provider): string {
	if (!callbacks) return 'no';
	const where = callbacks.checkUrl ? 'per job' : "set up in the provider's account";
	return `${where}, ${signatures[callbacks.scheme.kind]}`;
}

function linksOf({ linkHours, writeContent }: Provider): string {
	if (linkHours !== null) return linkHours === 1 ? '1 hour' : `${linkHours} hours`;
	return writeContent ? 'read with the key' : 'not documented';
}

function costOf({ costField, reading }: Provider): string {
	const own = costField?.replace(/^\S+/, (name) => `\`usage.${name}\``);
	if (!reading.places?.costUsd) return own ?? 'not documented';
	return costField?.endsWith('(USD)') ? '`costUsd`' : `\`costUsd\` (some models), ${own}`;
}

/**
 * What the providers that tell prices tell before a video is created, as `test/engine/maxCost.test.ts` has it of
 * some models of each.
 */
const priceWords: Readonly<Record<string, string>> = {
	aimlApi: 'exact, where it publishes one price or one for each choice',
	evoLink: 'exact by its public rules, of models that are charged by what is asked for; an account may pay less',
	fal: 'of a unit only, such as a second',
	openRouter: 'exact, of models that are charged by the second',
	waveSpeed: 'exact',
};

function priceOf({ id, prices }: Provider): string {
	const words = priceWords[id];
	if ((words === undefined) !== (prices === undefined)) throw new Error(`What ${id} tells of prices has no words, or needs none`);
	return words ?? 'no';
}

/** For the providers whose line in the node's list says something else than which models they have. */
const modelWords: Readonly<Record<string, string>> = {
	evoLink: 'Kling, Seedance, Wan, Veo, MiniMax and others with one key',
	openRouter: 'Grok Imagine, Veo, Kling, Seedance, Wan, Runway and others with one key',
	waveSpeed: 'Models of many makers',
};

/** Behind it stands the provider's address in brackets, which the link has, and what the column for callbacks says. */
function modelsOf({ description, id }: Provider): string {
	return modelWords[id] ?? description.replace(/ \([a-z.]+\)$/, '').replace(/(, and|;) tells n8n when a video is done$/, '');
}

/** Where what a model takes is known from, and what of the models beyond that. */
function knownOf({ modelList, modelSource, models }: Provider): string {
	if (modelSource) return 'what it publishes of each model';
	if (modelList?.statesModels) return 'its list of models';
	return models.length > 0 ? `its pages, of ${models.length} models; others go unchecked` : 'nowhere: all goes unchecked';
}

function nameOf({ displayName, website }: Provider): string {
	return website === undefined ? displayName : `[${displayName}](${website})`;
}

/** What a user chooses by. */
function row(provider: Provider): string[] {
	return [
		nameOf(provider),
		modelsOf(provider),
		priceOf(provider),
		callbackOf(provider),
		provider.cancel ? 'yes' : 'no',
		transports[provider.imageTransport],
		linksOf(provider),
	];
}

/** What is of use to know besides. */
function moreRow(provider: Provider): string[] {
	return [nameOf(provider), knownOf(provider), costOf(provider), `\`${provider.id}\``, `\`${provider.credentialType}\``];
}

function table(heads: readonly string[], rows: readonly string[][]): string {
	const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`.replaceAll('|  |', '| |');
	return [line(heads), `|${'---|'.repeat(heads.length)}`, ...rows.map(line)].join('\n');
}

const heads = ['Provider', 'Models', 'Price told before', 'Calls back', 'Cancel', 'Picture from binary data goes', 'Links live'];
const moreHeads = ['Provider', 'What a model takes is known from', 'Cost told afterwards in', 'Value of Provider', 'Credential type'];

/** The README's table of providers, between its two marks. */
export function capabilityTable(list: readonly Provider[] = providers): string {
	return [begin, table(heads, list.map(row)), end].join('\n');
}

/** The table of docs/providers.md, between its two marks. */
export function moreTable(list: readonly Provider[] = providers): string {
	return [begin, table(moreHeads, list.map(moreRow)), end].join('\n');
}

/** A text with the table that it holds, as it is now, replaced by another. */
export function withTable(text: string, table: string): string {
	const from = text.indexOf(begin);
	const to = text.indexOf(end);
	if (from === -1 || to < from) throw new Error(`The page lacks the marks ${begin} and ${end}`);
	return text.slice(0, from) + table + text.slice(to + end.length);
}

if (require.main === module) {
	writeFileSync(readmePath, withTable(readFileSync(readmePath, 'utf8'), capabilityTable()));
	writeFileSync(providersPath, withTable(readFileSync(providersPath, 'utf8'), moreTable()));
}
