import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import type { INodeExecutionData } from 'n8n-workflow';

import { startSandbox, type Sandbox } from '../sandbox';
import { createCredentials } from './createCredentials';
import { chooseCredentials, nodeOf, readExample, setField, soraVideoNodes, type Example } from './exampleWorkflows';
import { asObject, isObject } from './guards';
import { openHttpsFront, type HttpsFront } from './httpsFront';
import { executionError, nodeOutputs, nodeRuns, type N8nExecution } from './n8nExecution';
import { installN8n, type N8nVersion } from './n8nInstall';
import type { CredentialRef } from './n8nRest';
import { startN8n, type N8nServer } from './n8nServer';
import { packPackage } from './packPackage';

// Each example is run as a user runs it: imported, its credentials chosen, what its note says put in.
// `callback/` is run in trigger.test.ts, which has what calls back, and the agent's in agent.test.ts.

const versions: N8nVersion[] = ['n8n-2', 'n8n-1'];
const host = 'n8n.example.com';

describe.each(versions)('the examples in %s', (version) => {
	let server: N8nServer;
	let sandbox: Sandbox;
	let front: HttpsFront;
	let credentials: CredentialRef[];
	let folder: string;

	beforeAll(async () => {
		const [install, packageTarball] = await Promise.all([installN8n(version), packPackage()]);
		folder = await mkdtemp(path.join(tmpdir(), 'sora-video-files-'));
		sandbox = await startSandbox({ jobSeconds: 1 });
		server = await startN8n({ install, packageTarball, env: { WEBHOOK_URL: `https://${host}/`, N8N_RESTRICT_FILE_ACCESS_TO: folder } });
		front = await openHttpsFront(host, Number(new URL(server.url).port));
		credentials = await createCredentials(server.rest, sandbox);
	}, 1_200_000);

	beforeEach(() => {
		sandbox.reset();
		sandbox.settings.callbackHosts[host] = front;
	});

	afterEach(() => expect(sandbox.leaks).toEqual([]));

	afterAll(async () => {
		await server.dispose();
		await front.close();
		await sandbox.stop();
		await rm(folder, { recursive: true, force: true });
	}, 120_000);

	async function open(file: string): Promise<Example> {
		const example = await readExample(file);
		chooseCredentials(example, credentials);
		return example;
	}

	async function run(example: Example): Promise<N8nExecution> {
		const workflow = await server.rest.createWorkflow(example);
		return await server.rest.waitForExecution(await server.rest.runWorkflow(workflow), { timeoutMs: 120_000 });
	}

	const one = (items: INodeExecutionData[] | undefined): INodeExecutionData => {
		if (items?.length !== 1 || !items[0]) throw new Error(`${items?.length ?? 0} items, not one`);
		return items[0];
	};

	async function expectMp4(item: INodeExecutionData): Promise<void> {
		const { data } = item.binary ?? {};
		if (!data) throw new Error('No video in the item');
		expect(data.mimeType).toBe('video/mp4');
		expect((await server.rest.download(data)).subarray(4, 8).toString()).toBe('ftyp');
	}

	describe('text to video, saved in a folder', () => {
		async function save(directive: string): Promise<N8nExecution> {
			const example = await open('text-to-video-to-folder.json');
			setField(example, 'Your Video', 'folder', () => folder);
			setField(example, 'Your Video', 'prompt', (prompt) => `${prompt}${directive}`);
			return await run(example);
		}

		it('leaves the MP4 on the disk', async () => {
			const execution = await save('');
			expect(executionError(execution)).toBeUndefined();
			const file = path.join(folder, 'paper-boat.mp4');
			expect(one(nodeOutputs(execution, 'Save to Folder')[0]).json.fileName).toBe(file);
			expect((await readFile(file)).subarray(4, 8).toString()).toBe('ftyp');
			expect(sandbox.creates).toHaveLength(1);
		});

		it('ends with the reason where there is no video', async () => {
			const execution = await save(' [sandbox fail=moderation]');
			expect(execution.status).toBe('error');
			expect(executionError(execution)).toContain(sandbox.jobs[0]?.id);
			expect(nodeRuns(execution, 'Save to Folder')).toEqual([]);
			expect(sandbox.creates).toHaveLength(1);
		});
	});

	describe('a form that makes a video of any picture', () => {
		type Format = 'jpeg' | 'png' | 'webp';
		/** @param orientation As a camera writes it: 6 is to be shown turned by a quarter. */
		const picture = async (width: number, height: number, format: Format, orientation: number) => {
			const plain = sharp({ create: { width, height, channels: 3, background: '#246' } });
			return new Blob([new Uint8Array(await plain.withMetadata({ orientation }).toFormat(format).toBuffer())], { type: `image/${format}` });
		};

		/** The pixels of the picture that the provider got last. */
		async function sentPixels(): Promise<[number, number]> {
			const body: unknown = sandbox.requests.findLast(({ method, provider }) => method === 'POST' && provider === 'gemini')?.body;
			const input: unknown[] = isObject(body) && Array.isArray(body.input) ? body.input : [];
			const image = input.filter(isObject).find(({ type }) => type === 'image');
			const { width, height } = await sharp(Buffer.from(String(image?.data), 'base64')).metadata();
			return [width, height];
		}

		it('fits whatever is uploaded, and sends nothing that is no picture', async () => {
			const example = await open('form-upload-that-always-fits.json');
			const { webhookId } = nodeOf(example, 'On Form Submission');
			const workflow = await server.rest.createWorkflow(example);
			await server.rest.activate(workflow);
			const submit = async (file: Blob, shape: string): Promise<N8nExecution> => {
				const before = await server.rest.executionCount(workflow);
				const form = new FormData();
				form.set('field-0', file, 'upload.jpg');
				form.set('field-1', 'The boat sails away');
				form.set('field-2', shape);
				expect((await fetch(`${server.url}/form/${webhookId}`, { method: 'POST', body: form })).status).toBe(200);
				for (let tries = 0; tries < 100 && (await server.rest.executionCount(workflow)) === before; tries += 1) await sleep(200);
				return await server.rest.waitForLatest(workflow);
			};
			const uploads: Array<[number, number, Format, 'Wide' | 'Tall', number]> = [
				[1024, 1792, 'jpeg', 'Wide', 1],
				[1792, 1024, 'png', 'Tall', 1],
				[101, 67, 'webp', 'Wide', 1],
				[4001, 333, 'jpeg', 'Tall', 1],
				[1600, 900, 'jpeg', 'Wide', 6],
				[1280, 720, 'jpeg', 'Wide', 1],
			];
			for (const [width, height, format, shape, orientation] of uploads) {
				const execution = await submit(await picture(width, height, format, orientation), shape);
				expect([width, height, executionError(execution)]).toEqual([width, height, undefined]);
				const video = one(nodeOutputs(execution, 'Completed')[0]);
				expect(video.json).toMatchObject({ provider: 'gemini', prompt: 'The boat sails away' });
				await expectMp4(video);
				expect(await sentPixels()).toEqual(shape === 'Wide' ? [1280, 720] : [720, 1280]);
			}
			expect(sandbox.creates).toHaveLength(uploads.length);

			const refused = await submit(new Blob(['no picture'], { type: 'image/jpeg' }), 'Wide');
			expect(executionError(refused)).toBeUndefined();
			expect(one(nodeOutputs(refused, 'Not a Picture')[0]).json.result).toContain('no picture');
			expect(sandbox.creates).toHaveLength(uploads.length);
			await server.rest.deactivate(workflow);
		}, 180_000);
	});

	describe('rows of a table to videos', () => {
		it('keeps the titles, branches, and leaves out rows without a prompt', async () => {
			const example = await open('rows-to-videos.json');
			setField(example, 'Your Rows', 'rows', (rows) => rows.replace('Macro', '[sandbox fail=moderation] Macro').replace('An old', '[sandbox slow] An old'));
			nodeOf(example, 'Make Videos').parameters.timeout = 4;
			const execution = await run(example);
			expect(executionError(execution)).toBeUndefined();
			const [completed, failed, timedOut] = ['Completed', 'Failed', 'Timed Out'].map((name) => one(nodeOutputs(execution, name)[0]));
			expect([completed?.json.title, failed?.json.title, timedOut?.json.title]).toEqual(['Fox', 'Dew', 'Lighthouse']);
			if (completed) await expectMp4(completed);
			expect(failed?.json.result).toMatch(/^No video \(moderation\): EvoLink job /);
			expect(timedOut?.json.result).toContain(timedOut?.json.id);
			expect(sandbox.creates).toHaveLength(3);
			const sent = sandbox.requests.find(({ method, provider }) => method === 'POST' && provider === 'evoLink')?.body;
			expect(sent).toMatchObject({ aspect_ratio: '16:9', quality: '720p', duration: 5, output_format: 'mp4' });
		});

		it('a further try of Retry On Fail creates only what was refused', async () => {
			const example = await open('rows-to-videos.json');
			Object.assign(nodeOf(example, 'Make Videos'), { waitBetweenTries: 100 });
			sandbox.faults.create.push({ kind: '403credits', provider: 'evoLink', prompt: 'Macro' });
			const execution = await run(example);
			expect(executionError(execution)).toBeUndefined();
			const videos = nodeOutputs(execution, 'Completed')[0] ?? [];
			expect(videos.map(({ json }) => json.title)).toEqual(['Fox', 'Dew', 'Lighthouse']);
			expect(new Set(videos.map(({ json }) => json.id)).size).toBe(3);
			expect(sandbox.creates).toHaveLength(4);
			expect(sandbox.jobs).toHaveLength(3);
		});
	});

	it('from a first to a last frame: both pictures arrive', async () => {
		const example = await open('first-and-last-frame.json');
		setField(example, 'Your Pictures', 'firstFrame', () => sandbox.imageUrl('1280x720'));
		setField(example, 'Your Pictures', 'lastFrame', () => sandbox.imageUrl('1792x1024'));
		const execution = await run(example);
		expect(executionError(execution)).toBeUndefined();
		await expectMp4(one(nodeOutputs(execution, 'Completed')[0]));
		const sent = sandbox.requests.find(({ method, provider }) => method === 'POST' && provider === 'kie')?.body;
		expect(asObject(sent, 'request').input).toMatchObject({ first_frame_url: sandbox.imageUrl('1280x720'), last_frame_url: sandbox.imageUrl('1792x1024') });
		expect(sandbox.creates).toHaveLength(1);
	});

	describe('wait again on Timed Out', () => {
		async function waitInRounds(directive: string): Promise<N8nExecution> {
			const example = await open('wait-again-on-timed-out.json');
			for (const { parameters } of soraVideoNodes(example)) parameters.timeout = 2;
			nodeOf(example, 'Make Video').parameters.prompt = `A boat${directive}`;
			return await run(example);
		}

		it('gets the video of the same job in a later round', async () => {
			sandbox.settings.jobSeconds = 4;
			const execution = await waitInRounds('');
			expect(executionError(execution)).toBeUndefined();
			expect(nodeRuns(execution, 'Wait Again').length).toBeGreaterThan(0);
			const video = one(nodeOutputs(execution, 'Completed')[0]);
			expect(video.json.id).toBe(sandbox.jobs[0]?.id);
			await expectMp4(video);
			expect(sandbox.creates).toHaveLength(1);
		});

		it('gives up after its rounds, with the ID', async () => {
			const execution = await waitInRounds(' [sandbox slow]');
			expect(execution.status).toBe('error');
			expect(nodeRuns(execution, 'Wait Again')).toHaveLength(3);
			expect(executionError(execution)).toContain(sandbox.jobs[0]?.id);
			expect(sandbox.creates).toHaveLength(1);
		});
	});

	describe('a second provider when a model is gone', () => {
		const withPrompt = async (directive: string): Promise<N8nExecution> => {
			const example = await open('second-provider-when-model-is-gone.json');
			setField(example, 'Your Video', 'prompt', (prompt) => `${prompt}${directive}`);
			return await run(example);
		};
		const madeAt = () => sandbox.jobs.map(({ provider }) => provider);

		it.each([
			['the model is gone', () => sandbox.settings.withdrawnModels.push('bytedance/seedance-2.0/text-to-video-turbo')],
			['the account is empty', () => sandbox.faults.create.push({ kind: '403credits', provider: 'waveSpeed' })],
		])('%s: the second one makes the video', async (_why, bringAbout) => {
			bringAbout();
			const execution = await withPrompt('');
			expect(executionError(execution)).toBeUndefined();
			const video = one(nodeOutputs(execution, 'Completed')[0]);
			expect(video.json.provider).toBe('aimlApi');
			await expectMp4(video);
			expect(madeAt()).toEqual(['aimlApi']);
		});

		it('all is well: the second one is never asked', async () => {
			const execution = await withPrompt('');
			expect(executionError(execution)).toBeUndefined();
			expect(one(nodeOutputs(execution, 'Completed')[0]).json.provider).toBe('waveSpeed');
			expect(madeAt()).toEqual(['waveSpeed']);
		});

		it.each([
			['failed for its content', ' [sandbox fail=moderation]', ['waveSpeed']],
			// The job exists, though nobody was told its ID.
			['may exist, since the answer was lost', ' [sandbox create=drop:1]', ['waveSpeed']],
		])('a video that %s is not paid for at the second one', async (_why, directive, made) => {
			const execution = await withPrompt(directive);
			expect(execution.status).toBe('error');
			expect(madeAt()).toEqual(made);
		});
	});

	it('one execution for each row: each makes one video, and all of them end', async () => {
		sandbox.settings.jobSeconds = 5;
		const example = await open('one-execution-per-row.json');
		setField(example, 'Your Rows', 'rows', (rows) => rows.replace('Macro', '[sandbox fail=moderation] Macro'));
		const workflow = await server.rest.createWorkflow(example);
		// n8n 1 calls what is saved, and takes this for a workflow that nothing starts.
		if (version === 'n8n-2') await server.rest.activate(workflow);
		const parent = await server.rest.runWorkflow(workflow, 'Start');
		expect(executionError(await server.rest.waitForExecution(parent))).toBeUndefined();
		const ids = (await server.rest.executionIds(workflow)).filter((id) => id !== parent);
		expect(ids).toHaveLength(3);
		const results: string[] = [];
		for (const id of ids) {
			const execution = await server.rest.waitForExecution(id, { timeoutMs: 170_000 });
			expect(executionError(execution)).toBeUndefined();
			for (const name of ['Completed', 'Failed', 'Timed Out']) {
				for (const { json } of nodeOutputs(execution, name)[0] ?? []) results.push(`${String(json.title)}: ${name}`);
			}
		}
		expect(results.sort()).toEqual(['Dew: Failed', 'Fox: Completed', 'Lighthouse: Completed']);
		expect(sandbox.creates).toHaveLength(3);
	}, 240_000);

	it('a video to YouTube: title, description and file arrive at the upload', async () => {
		const example = await open('video-to-youtube.json');
		// n8n's YouTube node knows Google's address only. Switched off, it passes on what it was given.
		Object.assign(nodeOf(example, 'Upload to YouTube'), { disabled: true });
		const execution = await run(example);
		expect(executionError(execution)).toBeUndefined();
		const given = one(nodeOutputs(execution, 'Upload to YouTube')[0]);
		expect(given.json).toMatchObject({ title: 'A paper boat in the rain', description: 'Made with Veo 3.1 in n8n', status: 'completed' });
		await expectMp4(given);
		expect(sandbox.creates).toHaveLength(1);
	});
});
