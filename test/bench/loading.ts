import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { asObject } from '../e2e/guards';
import { runCommand } from '../e2e/runCommand';
import type { Section } from './report';

const root = path.resolve(__dirname, '..', '..');
const processes = 15;

const script = `
require('n8n-workflow');
const files = process.argv.slice(1);
const started = process.hrtime.bigint();
for (const file of files) require(file);
console.log(Number(process.hrtime.bigint() - started) / 1e6);
`;

async function loadTimes(files: string[]): Promise<number[]> {
	const times: number[] = [];
	for (let count = 0; count < processes; count += 1) {
		times.push(Number(await runCommand(process.execPath, ['-e', script, '--', ...files], { cwd: root })));
	}
	return times.sort((one, other) => one - other);
}

async function packedSizes(): Promise<{ size: number; unpackedSize: number; files: number }> {
	const output = await runCommand('npm', ['pack', '--dry-run', '--json', '--ignore-scripts', '--loglevel=silent'], { cwd: root });
	const parsed: unknown = JSON.parse(output.slice(output.indexOf('[')));
	const [first]: unknown[] = Array.isArray(parsed) ? parsed : [];
	const { size, unpackedSize, entryCount } = asObject(first, 'what npm pack says');
	return { size: Number(size), unpackedSize: Number(unpackedSize), files: Number(entryCount) };
}

/** Part d: what the package costs an n8n that starts. */
export async function benchLoading(): Promise<Section> {
	const manifest = asObject(JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')), 'package.json');
	const { nodes, credentials } = asObject(manifest.n8n, 'n8n');
	const files = [nodes, credentials].flat().map((file) => path.join(root, String(file)));
	const times = await loadTimes(files);
	const sizes = await packedSizes();
	const median = times[Math.floor(times.length / 2)] ?? NaN;
	const kilobytes = (bytes: number) => `${(bytes / 1024).toFixed(0)} KB`;
	return {
		part: 'd',
		title: 'Loading and size',
		how: `The time to require all nodes and credentials of \`dist/\` with n8n-workflow already loaded, in ${processes} fresh processes; the sizes as npm tells them when it packs.`,
		tables: [
			{
				head: ['', ''],
				rows: [
					['Loading, median', `${median.toFixed(1)} ms`],
					['Loading, fastest to slowest', `${times[0]?.toFixed(1) ?? ''}–${times.at(-1)?.toFixed(1) ?? ''} ms`],
					['Packed', kilobytes(sizes.size)],
					['Unpacked', kilobytes(sizes.unpackedSize)],
					['Files', sizes.files],
				],
			},
		],
	};
}
