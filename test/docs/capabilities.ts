import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { providers } from '../../nodes/SoraVideo/providers';
import type { CallbackScheme, Provider } from '../../nodes/SoraVideo/providers/Provider';

// The table of what each provider can do, made from the providers' own data: `npm run docs` writes it into
// README.md, and a unit test fails where README.md holds another.

const begin = '<!-- capabilities: written by `npm run docs` -->';
const end = '<!-- /capabilities -->';
export const readmePath = path.resolve(__dirname, '..', '..', 'README.md');

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

/** Where what a model takes is known from, and what of the models beyond that. */
function knownOf({ modelList, modelSource, models }: Provider): string {
	if (modelSource) return 'what it publishes of each model';
	if (modelList?.statesModels) return 'its list of models';
	return models.length > 0 ? `its pages, of ${models.length} models; others go unchecked` : 'nowhere: all goes unchecked';
}

function row(provider: Provider): string[] {
	const { cancel, displayName, imageTransport, website } = provider;
	return [
		website === undefined ? displayName : `[${displayName}](${website})`,
		knownOf(provider),
		transports[imageTransport],
		callbackOf(provider),
		cancel ? 'yes' : 'no',
		costOf(provider),
		linksOf(provider),
	];
}

function table(heads: readonly string[], rows: readonly string[][]): string {
	const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`.replaceAll('|  |', '| |');
	return [line(heads), `|${'---|'.repeat(heads.length)}`, ...rows.map(line)].join('\n');
}

const heads = ['Provider', 'What a model takes is known from', 'Picture from binary data goes', 'Calls back', 'Cancel', 'Cost told in', 'Links live'];

/** The table of providers, between its two marks. */
export function capabilityTable(list: readonly Provider[] = providers): string {
	return [begin, table(heads, list.map(row)), end].join('\n');
}

/** A text with the table that it holds, as it is now, replaced by another. */
export function withTable(text: string, table: string): string {
	const from = text.indexOf(begin);
	const to = text.indexOf(end);
	if (from === -1 || to < from) throw new Error(`README.md lacks the marks ${begin} and ${end}`);
	return text.slice(0, from) + table + text.slice(to + end.length);
}

if (require.main === module) {
	writeFileSync(readmePath, withTable(readFileSync(readmePath, 'utf8'), capabilityTable()));
}
