import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { asObject } from '../e2e/guards';
import { benchDownload } from './download';
import { benchAttack, benchCallbacks } from './callbacks';
import { benchFuzzing } from './fuzzing';
import { benchLearning } from './learning';
import { benchLoading } from './loading';
import { benchPicture } from './picture';
import { benchQueue } from './queue';
import { toText, writeSection, type Section } from './report';
import { benchSchedules } from './schedules';
import { benchSideBySide } from './sideBySide';

/** In the order of their length, so that a run that is stopped has most of them. */
const parts = new Map<string, () => Promise<Section>>([
	['a', benchSchedules],
	['h', benchLearning],
	['i', benchFuzzing],
	['d', benchLoading],
	['p', benchPicture],
	['e', benchDownload],
	['f', benchCallbacks],
	['g', benchAttack],
	['c', benchQueue],
	['b', benchSideBySide],
]);

function wanted(): string[] {
	const { values } = parseArgs({ options: { only: { type: 'string' } } });
	const names = values.only?.split(',').map((name) => name.trim()) ?? [...parts.keys()];
	const stranger = names.find((name) => !parts.has(name));
	if (stranger !== undefined) throw new Error(`--only takes ${[...parts.keys()].join(', ')}, not ${stranger}`);
	return [...parts.keys()].filter((name) => names.includes(name));
}

async function versions(): Promise<string> {
	const read = async (...names: string[]) => {
		const file = path.resolve(__dirname, '..', '..', ...names);
		return asObject(JSON.parse(await readFile(file, 'utf8')), file);
	};
	const { dependencies } = await read('test', 'e2e', 'n8n-2', 'package.json');
	const own = await read('package.json');
	return `version ${String(own.version)}, n8n ${String(asObject(dependencies, 'dependencies').n8n)}, Node ${process.versions.node}`;
}

async function main(): Promise<void> {
	const told = await versions();
	for (const name of wanted()) {
		const started = Date.now();
		try {
			const section = await parts.get(name)?.();
			if (!section) continue;
			console.log(`\n=== ${section.title}\n${section.how.replaceAll(/(.{80}\S*) /g, '$1\n')}`);
			for (const table of section.tables) console.log(`\n${table.title ?? ''}\n${toText(table)}`);
			await writeSection(section, told);
		} catch (error) {
			// The other parts' results are worth having all the same.
			console.error(`\n=== Part ${name} failed`, error);
			process.exitCode = 1;
		}
		console.log(`\n(part ${name}: ${Math.round((Date.now() - started) / 1000)} s)`);
	}
}

main().catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
});
