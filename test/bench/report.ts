import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';

export interface Table {
	head: string[];
	rows: Array<Array<string | number>>;
}

/** What one part of the bench found. */
export interface Section {
	/** The letter that `--only` takes. */
	part: string;
	title: string;
	/** Markdown: how it was measured. */
	how: string;
	tables: Array<Table & { title?: string }>;
}

export function toMarkdown({ head, rows }: Table): string {
	const lines = [head, head.map((_, column) => (column === 0 ? '---' : '---:')), ...rows];
	return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

export function toText({ head, rows }: Table): string {
	const lines = [head, ...rows].map((cells) => cells.map(String));
	const widths = head.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
	const pad = (cell: string, column: number) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0));
	return lines.map((cells) => cells.map(pad).join('  ')).join('\n');
}

/** A document that is written section by section. */
export interface ReportDocument {
	/** In `docs/`. */
	file: string;
	/** Markdown: what stands before the sections. */
	intro: string;
}

const benchmarks: ReportDocument = {
	file: 'benchmarks.md',
	intro: `# Benchmarks

What \`npm run bench\` measured, each part on the date it names, on a machine of ${availableParallelism()} cores. The provider is the sandbox of this repository, in real time; n8n and its own nodes are the published packages. \`npm run bench -- --only a,d\` runs parts.`,
};

function marker(part: string): string {
	return `<!-- part ${part} -->`;
}

function render({ part, title, how, tables }: Section, versions: string): string {
	const date = new Date().toISOString().slice(0, 10);
	const body = tables.map((table) => (table.title ? `**${table.title}**\n\n${toMarkdown(table)}` : toMarkdown(table)));
	return [marker(part), `## ${title}`, `Measured on ${date}; ${versions}. ${how}`, ...body].join('\n\n');
}

/** Puts a section into its document in place of its last one; the other parts keep theirs. */
export async function writeSection(section: Section, versions: string, document = benchmarks): Promise<void> {
	const file = path.resolve(__dirname, '..', '..', 'docs', document.file);
	const old = await readFile(file, 'utf8').catch(() => '');
	const parts = new Map<string, string>();
	for (const text of old.split(/(?=<!-- part \w+ -->)/)) {
		const [, part] = /^<!-- part (\w+) -->/.exec(text) ?? [];
		if (part !== undefined) parts.set(part, text.trim());
	}
	parts.set(section.part, render(section, versions));
	const sorted = [...parts].sort(([one], [other]) => one.localeCompare(other)).map(([, text]) => text);
	await mkdir(path.dirname(file), { recursive: true });
	await writeFile(file, `${[document.intro, ...sorted].join('\n\n')}\n`);
}

export function seconds(milliseconds: number, digits = 1): string {
	return `${(milliseconds / 1000).toFixed(digits)} s`;
}
