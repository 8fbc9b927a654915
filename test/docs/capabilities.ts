import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { providers } from '../../nodes/SoraVideo/providers';
import { listed } from '../../nodes/SoraVideo/models/listed';
import type { CallbackScheme, KnownModel, Provider } from '../../nodes/SoraVideo/providers/Provider';

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
	sharedSecret: 'a secret in a header',
};

const images: Record<KnownModel['image'], string> = {
	required: 'picture required',
	optional: 'picture optional',
	refused: 'text only',
};

/** What a model can do; models that can do the same share a row. */
function abilitiesOf(model: KnownModel): string[] {
	const remix = model.remix ? `, remix ${model.remix}` : '';
	return [
		`${listed(model.durations)} s`,
		`${model.resolutions.join(', ')} in ${model.aspectRatios.join(', ')}`,
		`${images[model.image]}${remix}`,
	];
}

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

function modelRows({ displayName, modelList, models }: Provider): string[][] {
	const groups = new Map<string, { ids: string[]; abilities: string[] }>();
	for (const model of models) {
		const abilities = abilitiesOf(model);
		const group = groups.get(abilities.join()) ?? { ids: [], abilities };
		group.ids.push(`\`${model.id}\``);
		groups.set(abilities.join(), group);
	}
	const rows = [...groups.values()].map(({ ids, abilities }) => [ids.join(', '), ...abilities]);
	const limits = modelList?.statesLimits ? 'what its list states' : 'not checked';
	const others = `${models.length > 0 ? 'any other' : 'any'}${modelList ? ' of its live list' : ', by ID'}`;
	return [...rows, [others, limits, limits, limits]].map((cells, index) => [index === 0 ? displayName : '', ...cells]);
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
		table(['Provider', 'Models', 'Durations', 'Sizes', 'Takes'], list.flatMap(modelRows)),
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
