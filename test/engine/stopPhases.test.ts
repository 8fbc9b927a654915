import { readFile } from 'node:fs/promises';
import path from 'node:path';

import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { Sandbox } from '../sandbox';
import { readLog } from './harness/log';
import {
	createJobs,
	createsOf,
	model,
	only,
	promptFromItem,
	providerCases,
	runSoraVideo,
	sandboxCredentials,
	withSandbox,
} from './setup';
import { throughProxy } from './publicHosts';
import { startTinyServer } from './tinyServer';

describe('Stop in each phase: what is paid for is told, and in the log', () => {
	const evoLink = only(providerCases.filter(({ provider }) => provider === 'evoLink'));

	interface Stopping {
		/** The moment to stop at. */
		when: (lines: readonly string[]) => boolean;
		parameters?: IDataObject;
		item?: INodeExecutionData;
		filesBaseUrl?: string;
	}

	async function stopped(sandbox: Sandbox, prompt: string, { when, parameters = {}, item = { json: {} }, filesBaseUrl }: Stopping) {
		const credentials = sandboxCredentials(sandbox);
		if (filesBaseUrl !== undefined) credentials.soraVideoEvoLinkApi.filesBaseUrl = filesBaseUrl;
		const lines = readLog();
		const run = await runSoraVideo(sandbox, {
			provider: 'evoLink',
			operation: 'createAndWait',
			parameters: { ...promptFromItem(evoLink), prompt, timeout: 15, ...parameters },
			items: [item],
			credentials,
			settings: { cancelWhen: () => when(lines) },
		});
		expect(run.status).toBe('canceled');
		return { lines, items: run.outputs.flat().map(({ json }) => json) };
	}

	it('before anything is sent', async () => {
		const server = await startTinyServer(() => 'hang');
		await withSandbox(async (sandbox) => {
			const parameters = { model: model(evoLink.imageModel), imageSource: 'url', imageUrl: 'http://pictures.example.org/a.png' };
			const endProxy = throughProxy(server.url);
			const { lines, items } = await stopped(sandbox, 'Sea', { parameters, when: () => server.calls.length > 0 }).finally(endProxy);
			expect(server.calls).toHaveLength(1);
			expect(sandbox.requests).toEqual([]);
			expect(lines).toEqual([]);
			expect(items).toEqual([]);
		});
		await server.close();
	});

	it('while it uploads', async () => {
		const files = await startTinyServer(() => 'hang');
		await withSandbox(async (sandbox) => {
			const data = (await readFile(path.join(__dirname, '../sandbox/media/1280x720.jpg'))).toString('base64');
			const { lines, items } = await stopped(sandbox, 'Sea', {
				parameters: { model: model(evoLink.imageModel), imageSource: 'binary' },
				item: { json: {}, binary: { data: { data, mimeType: 'image/jpeg' } } },
				filesBaseUrl: files.url,
				when: () => files.calls.length > 0,
			});
			expect(files.calls).toHaveLength(1);
			expect(createsOf(sandbox)).toEqual([]);
			expect(lines).toEqual([]);
			expect(items).toEqual([]);
		});
		await files.close();
	});

	it('while it creates: its request, and the id when it comes after all', async () => {
		await withSandbox(async (sandbox) => {
			sandbox.faults.create.push({ kind: 'hang', hangSeconds: 2 });
			const { lines, items } = await stopped(sandbox, 'Sea', { when: () => createsOf(sandbox).length > 0 });
			expect(items).toMatchObject([{ id: null, failure: { code: 'outcome_unknown' } }]);
			expect(lines.map((line) => line.split(':')[0])).toEqual(['Sora Video sends a create to EvoLink', "Sora Video doesn't know what became of a create"]);
			const { id } = only(sandbox.jobs);
			for (let left = 100; left > 0 && lines.length < 3; left -= 1) await new Promise((resolve) => setTimeout(resolve, 50));
			expect(lines[2]).toContain(`created EvoLink job ${id}`);
		});
	});

	it('while it asks', async () => {
		await withSandbox(async (sandbox) => {
			const { lines, items } = await stopped(sandbox, '[sandbox slow]', { when: (told) => told.length > 1 });
			const { id } = only(sandbox.jobs);
			expect(items).toMatchObject([{ id, status: 'queued' }]);
			expect(lines[1]).toContain(id);
		});
	});

	it('while it downloads', async () => {
		await withSandbox(async (sandbox) => {
			const [id = ''] = await createJobs(sandbox, evoLink, ['[sandbox download=hang]']);
			sandbox.clock.advance(1000);
			const lines = readLog();
			const run = await runSoraVideo(sandbox, {
				provider: 'evoLink',
				operation: 'download',
				parameters: { jobId: id },
				settings: { cancelWhen: () => sandbox.requests.some(({ path }) => path.endsWith('.mp4')) },
			});
			expect(run.status).toBe('canceled');
			expect(only(run.outputs.flat()).json).toMatchObject({ id, status: 'completed' });
			expect(lines).toEqual([]);
		});
	});
});
