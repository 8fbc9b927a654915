import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox, type Sandbox } from './index';
import { readMp4, videoUrlIn } from './testClient';

// The sample clients that AI/ML API prints on its page sora-2-pro-i2v, unchanged but for base URL and key.

const python = ['python3', '/usr/bin/python3'].find((command) => spawnSync(command, ['-c', 'import requests']).status === 0);
let sandbox: Sandbox;
let folder: string;

beforeAll(async () => {
	sandbox = await startSandbox({ jobSeconds: 0 });
	folder = mkdtempSync(join(tmpdir(), 'seed-client-'));
});
afterEach(() => sandbox.reset());
afterAll(async () => {
	await sandbox.stop();
	rmSync(folder, { recursive: true });
});

async function run(command: string, name: string, onOutput: (text: string) => void = () => {}): Promise<string> {
	const sample = readFileSync(join(__dirname, 'seed-clients', name), 'utf8');
	const client = sample.replaceAll('https://api.aimlapi.com', sandbox.baseUrls.aimlApi).replaceAll('<YOUR_AIMLAPI_KEY>', sandbox.apiKeys.aimlApi);
	expect(client).not.toMatch(/aimlapi\.com|YOUR_AIMLAPI_KEY/);
	const file = join(folder, name);
	writeFileSync(file, client);
	return await new Promise((resolve, reject) => {
		const child = spawn(command, [file], { env: { ...process.env, NO_PROXY: '127.0.0.1,localhost', PYTHONUNBUFFERED: '1' } });
		let output = '';
		const hear = (chunk: Buffer) => {
			output += chunk.toString();
			onOutput(output);
		};
		child.stdout.on('data', hear);
		child.stderr.on('data', hear);
		child.on('error', reject);
		child.on('close', () => resolve(output));
	});
}

async function expectVideo(output: string): Promise<void> {
	expect(output).toContain('Processing complete');
	expect(output).toContain('completed');
	const url = videoUrlIn(output);
	expect(url).toMatch(/^http:\/\/localhost:\d+\/cdn\//);
	const movie = await readMp4(await (await fetch(url)).arrayBuffer());
	expect(movie.videoTracks).toMatchObject([{ video: { width: 1280, height: 720 } }]);
	expect(sandbox.jobs).toHaveLength(1);
	expect(sandbox.leaks).toEqual([]);
}

it('the JavaScript sample gets its video', async () => {
	await expectVideo(await run(process.execPath, 'aimlapi.js'));
});

it('the JavaScript sample waits for a job that takes its time', async () => {
	sandbox.settings.jobSeconds = 60;
	const output = await run(process.execPath, 'aimlapi.js', (heard) => {
		if (heard.includes('Still waiting') && !heard.includes('complete')) sandbox.clock.advance(60_000);
	});
	expect(output).toMatch(/Status: queued[\s\S]*Still waiting[\s\S]*Status: completed/);
	await expectVideo(output);
}, 30_000);

const pythonTest = python ? it : it.skip;
pythonTest(`the Python sample gets its video${python ? '' : ' (skipped: no python3 here can import requests)'}`, async () => {
	await expectVideo(await run(python ?? 'python3', 'aimlapi.py'));
});

it('a wrong key is refused as documented', async () => {
	const key = sandbox.apiKeys.aimlApi;
	const spoiled = { ...sandbox, apiKeys: { ...sandbox.apiKeys, aimlApi: 'wrong' } };
	const right = sandbox;
	sandbox = spoiled;
	const output = await run(process.execPath, 'aimlapi.js').finally(() => {
		sandbox = right;
	});
	expect(output).toContain('Error: 401');
	expect(output).toContain('This request requires a valid API key');
	expect(output).not.toContain(key);
});
