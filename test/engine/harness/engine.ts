import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

import 'reflect-metadata';
import type { INodeExecutionData } from 'n8n-workflow';

// n8n reads these when its containers are first built, so they stand before the import of n8n-core.
const folder = mkdtempSync(join(tmpdir(), 'n8n-engine-'));
process.env.N8N_USER_FOLDER = folder;
process.env.N8N_ENCRYPTION_KEY = 'test-key-of-the-engine-harness';
process.env.N8N_DEFAULT_BINARY_DATA_MODE = 'filesystem';
process.env.N8N_BINARY_DATA_STORAGE_PATH = join(folder, 'binary');
// At any other level n8n prints the stack of every error that a test provokes.
process.env.N8N_LOG_LEVEL ??= 'silent';

import { Container } from '@n8n/di';
import { BinaryDataService, DataDeduplicationService, InstanceSettings } from 'n8n-core';

import { deduplicator } from './deduplicator';

let started: Promise<void> | undefined;

/** Starts what n8n starts before it runs a workflow. Called by every run; safe to call again. */
export async function startEngine(): Promise<void> {
	started ??= (async () => {
		Container.get(InstanceSettings);
		await Container.get(BinaryDataService).init();
		await DataDeduplicationService.init(deduplicator);
	})();
	await started;
}

/** The folder that n8n keeps its settings and binary files in during this test file. */
export const engineFolder = folder;

export async function removeEngineFolder(): Promise<void> {
	await rm(folder, { recursive: true, force: true });
}

if (typeof afterAll === 'function') afterAll(removeEngineFolder);

export async function readStream(stream: Readable): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of stream) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks);
}

/** The bytes of an item's binary, wherever n8n has put them. */
export async function readBinary(item: INodeExecutionData | undefined, key = 'data'): Promise<Buffer> {
	const binary = item?.binary?.[key];
	if (!binary) throw new Error(`The item has no binary "${key}"`);
	if (!binary.id) return Buffer.from(binary.data, 'base64');
	return await readStream(await Container.get(BinaryDataService).getAsStream(binary.id));
}
