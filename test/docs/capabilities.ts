import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { providers } from '../../nodes/SoraVideo/providers';
import type { CallbackScheme, Provider } from '../../nodes/SoraVideo/providers/Provider';

// The tables of what each provider can do, made from the providers' own data: `npm run docs` writes it into
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
	unsigned: 'no: the provider is asked',
	hmac: 'HMAC-SHA256',
	ed25519: 'Ed25519',
	jwt: 'JSON Web Token (RS256)',
	sharedSecret: 'a secret in a header',
};

function callbackOf({ callbacks }: Provider): string {
	if (!callbacks) return 'no';
	return callbacks.checkUrl ? 'yes, per job' : "yes, set up in the provider's account";
}

function linksOf({ linkHours, writeContent }: Provider): string {
	if (linkHours !== null) return linkHours === 1 ? '1 hour' : `${linkHours} hours`;
	return writeContent ? 'read with the key' : 'not documented';
}

function costOf({ costField }: Provider): string {
	return costField === undefined ? 'not documented' : costField.replace(/^\S+/, (name) => `\`${name}\``);
}

function providerRow(provider: Provider): string[] {
	const { callbacks, displayName, imageTransport, website } = provider;
	return [
		website === undefined ? displayName : `[${displayName}](${website})`,
		transports[imageTransport],
		callbackOf(provider),
		callbacks ? signatures[callbacks.scheme.kind] : 'no',
		costOf(provider),
		linksOf(provider),
	];
}

/** How the node knows what a model takes, and what it does where it doesn't. */
function modelRow({ displayName, modelList, modelSource, models, usualModel }: Provider): string[] {
	const known = models.length > 0 ? `${models.length} from its pages` : '';
	const asked = modelSource ? 'what it publishes of each model' : modelList?.statesModels ? 'what its list states' : '';
	const usual = usualModel('').fields.map(({ name }) => `\`${name}\``);
	return [
		displayName,
		modelList ? 'its live list, or any by ID' : 'any, by ID',
		[known, asked].filter((text) => text !== '').join(', else '),
		[...new Set(usual)].join(', '),
	];
}

function table(heads: readonly string[], rows: readonly string[][]): string {
	const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`.replaceAll('|  |', '| |');
	return [line(heads), `|${'---|'.repeat(heads.length)}`, ...rows.map(line)].join('\n');
}

/** The tables of providers and of models, between their two marks. */
export function capabilityTable(list: readonly Provider[] = providers): string {
	return [
		begin,
		table(
			['Provider', 'Picture from binary data goes', 'Calls back', 'Signed', 'Cost, in `usage`', 'Links live'],
			list.map(providerRow),
		),
		'',
		table(['Provider', 'Models', 'What a model takes is known of', 'Sent, unchecked, where it is not known'], list.map(modelRow)),
		end,
	].join('\n');
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
