import { readFileSync } from 'node:fs';

import { providers } from '../../nodes/SoraVideo/providers';
import { capabilityTable, moreTable, providersPath, readmePath, withTable } from '../docs/capabilities';

const readme = readFileSync(readmePath, 'utf8');

it("docs/providers.md holds the table that the providers' data make", () => {
	const page = readFileSync(providersPath, 'utf8');
	expect(page).toBe(withTable(page, moreTable()));
});

it("README.md holds the table that the providers' data make: `npm run docs` writes it", () => {
	expect(readme).toBe(withTable(readme, capabilityTable()));
});

it('README.md says how many providers there are', () => {
	expect([readme.includes('works with ten providers'), providers.length]).toEqual([true, 10]);
});

const rows = capabilityTable()
	.split('\n')
	.filter((line) => line.startsWith('| '))
	.map((line) => line.slice(2, -2).split(/ ?\| /));

it('names every provider once', () => {
	for (const { displayName } of providers) {
		const named = rows.filter(([first]) => first?.replace(/^\[(.*)\].*$/, '$1') === displayName);
		expect(named.map(({ length }) => length)).toEqual([7]);
	}
});

it('has a cell for every column', () => {
	expect(new Set(rows.map(({ length }) => length))).toEqual(new Set([7]));
});
