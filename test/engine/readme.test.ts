import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { asObject, asString } from '../e2e/guards';
import { packPackage } from '../e2e/packPackage';
import { cleanEnvironment } from '../e2e/runCommand';
import { startSandbox, type Sandbox } from '../sandbox';
import { blocksOf, readPage } from '../unit/markdown';
import { model, only, runSoraVideo } from './setup';

// What the README promises of a run, made as it says. Its names, links and commands: unit/documents.test.ts.

let sandbox: Sandbox;
beforeEach(async () => {
	sandbox = await startSandbox({ jobSeconds: 0.1 });
});
afterEach(async () => await sandbox.stop());

const blocks = blocksOf('README.md');

describe('the example with curl', () => {
	const command = blocks.find(({ text }) => text.startsWith('curl'))?.text ?? '';

	async function run(text: string): Promise<Record<string, unknown>> {
		const { stdout } = await promisify(execFile)('sh', ['-c', text.replace('http://127.0.0.1:4010', sandbox.url)]);
		return asObject(JSON.parse(stdout), 'answer');
	}

	it('is refused, since the video is too short', async () => {
		expect(command).toContain('"duration": 3');
		expect(JSON.stringify(await run(command))).toContain('received 3');
		expect(sandbox.jobs).toEqual([]);
	});

	it('makes a job with 5 in the place of 3', async () => {
		const answer = await run(command.replace('"duration": 3', '"duration": 5'));
		expect(sandbox.jobs.map(({ id }) => id)).toEqual([asString(answer.id, 'id')]);
	});
});

it('the packed copy is installed by the command, and nothing else with it', async () => {
	const command = blocks.find(({ text }) => /npm install .*\.tgz/.test(text))?.text ?? '';
	const home = await mkdtemp(path.join(tmpdir(), 'sora-video-home-'));
	const tarball = await packPackage();
	const env = { ...cleanEnvironment(), HOME: home };
	await promisify(execFile)('sh', ['-c', command.replace(/\/path\/to\/\S+/, tarball)], { env, timeout: 60_000 });
	const installed = await readdir(path.join(home, '.n8n', 'nodes', 'node_modules'));
	await rm(home, { recursive: true, force: true });
	expect(installed.filter((name) => !name.startsWith('.'))).toEqual(['n8n-nodes-sora-video']);
}, 90_000);

describe('the first video', () => {
	const readme = readPage('README.md');
	const [, id = ''] = /\*\*Model\*\*: paste `([^`]+)`/.exec(readme) ?? [];

	it('comes by Completed, as a file and as a link', async () => {
		expect(readme).toContain('**Provider**: OpenRouter');
		expect(readme).toContain('Set **Resolution** to 480p and **Duration** to 5');
		const run = await runSoraVideo(sandbox, {
			provider: 'openRouter',
			operation: 'createAndWait',
			// The price that it names, kept as a limit.
			parameters: { model: model(id), prompt: 'A paper boat sails down a rain gutter', resolution: '480p', duration: 5, downloadVideo: true, options: { maxCost: 0.1 } },
		});
		const [completed = [], failed = [], timedOut = []] = run.outputs;
		expect([failed, timedOut]).toEqual([[], []]);
		const { json, binary } = only(completed);
		expect(json).toMatchObject({ model: id, status: 'completed', videoUrl: expect.stringMatching(/^http/) });
		expect(binary?.data?.mimeType).toBe('video/mp4');
	});

	it('gives an item with the fields that the README shows', async () => {
		const shown = asObject(JSON.parse(blocks.find(({ language }) => language === 'json')?.text ?? ''), 'item');
		const run = await runSoraVideo(sandbox, {
			provider: 'openRouter',
			operation: 'create',
			parameters: { model: model(id), prompt: 'A paper boat' },
		});
		expect(Object.keys(only(only(run.outputs)).json).sort()).toEqual(Object.keys(shown).sort());
	});
});
