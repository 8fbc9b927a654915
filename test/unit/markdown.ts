import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

// What the documents hold that can be checked: blocks of code, links, headings.

export const root = path.resolve(__dirname, '..', '..');

const top = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'];
const below = readdirSync(path.join(root, 'docs')).filter((name) => name.endsWith('.md'));

/** Every page that a reader may come to, from the project's folder on. */
export const pages: readonly string[] = [...top, ...below.map((name) => `docs/${name}`)];

export function readPage(page: string): string {
	return readFileSync(path.join(root, page), 'utf8');
}

interface Block {
	page: string;
	language: string;
	text: string;
}

export function blocksOf(page: string): Block[] {
	// Those within a list are set in.
	return [...readPage(page).matchAll(/^( *)```(\w*)\n(.*?)^ *```$/gms)].map(([, indent = '', language = '', text = '']) => ({
		page,
		language,
		text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
	}));
}

/** A page without its blocks of code, whose comments look like headings. */
function proseOf(page: string): string {
	return readPage(page).replace(/^ *```.*?^ *```$/gms, '');
}

/** The anchors that GitHub makes of a page's headings. */
export function anchorsOf(page: string): string[] {
	return [...proseOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
		heading
			.toLowerCase()
			.replace(/[^\p{L}\p{N} _-]/gu, '')
			.trim()
			.replaceAll(' ', '-'),
	);
}

/** Where a page's links lead, those to other sites left out. */
export function linksOf(page: string): Array<{ page: string; file: string; anchor: string | null }> {
	const links = [...proseOf(page).matchAll(/\]\((?!https?:|mailto:)([^)]+)\)/g)].map(([, link = '']) => link);
	return links.map((link) => {
		const [target = '', anchor = null] = link.split('#');
		return { page, file: target === '' ? page : path.posix.join(path.posix.dirname(page), target), anchor };
	});
}
