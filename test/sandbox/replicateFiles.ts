import { createHash } from 'node:crypto';
import type { StoredFile } from './files';
import type { Call, Reply, World } from './types';
import { uploadedFile } from './uploadedFile';

// Replicate's own store of files, which predictions read by `urls.get`.

const keptMs = 3_600_000;
const maxBytes = 100_000_000;
const fields = ['content', 'filename', 'type', 'metadata'];

function refused(status: number, detail: string): Reply {
	return { status, headers: { 'content-type': 'application/problem+json' }, body: { detail } };
}

/** Null where the call isn't about files. */
export async function handleFiles(call: Call, world: World): Promise<Reply | null> {
	const { method, path } = call;
	if (path === '/v1/files') {
		if (method === 'POST') return await upload(call, world);
		const results = world.files.all.filter((file) => isKept(file, world)).map((file) => describe(file, world));
		return method === 'GET' ? { status: 200, body: { previous: null, next: null, results } } : null;
	}
	const id = /^\/v1\/files\/([^/]+)$/.exec(path)?.[1];
	if (!id || (method !== 'GET' && method !== 'DELETE')) return null;
	const file = world.files.all.find((stored) => stored.id === id && isKept(stored, world));
	if (!file) return refused(404, 'File not found');
	if (method === 'GET') return { status: 200, body: describe(file, world) };
	world.files.all.splice(world.files.all.indexOf(file), 1);
	return { status: 204 };
}

/** A file's own address, as the CDN's that a prediction would read; other links stay. */
export function readableLink(link: string, world: World): string {
	const id = new RegExp(`^${world.url}/replicate/v1/files/([^/]+)$`).exec(link)?.[1];
	return id ? `${world.cdnUrl}/files/${id}/file` : link;
}

function isKept(file: StoredFile, world: World): boolean {
	return world.clock.now() < file.expiresAt;
}

async function upload(call: Call, world: World): Promise<Reply> {
	const file = await uploadedFile(call, 'content');
	if (!file) return refused(400, 'content: a file is required');
	const stranger = file.fields.find((name) => !fields.includes(name));
	if (stranger) return refused(400, `Unknown field: ${stranger}`);
	if (file.content.length > maxBytes) return refused(413, 'Files must be less than 100MB in size');
	const stored = world.files.add(file.name, file.mime || 'application/octet-stream', file.content, world.clock.now() + keptMs);
	return { status: 201, body: describe(stored, world) };
}

function describe(file: StoredFile, world: World): Record<string, unknown> {
	return {
		id: file.id,
		name: file.name,
		content_type: file.mime,
		size: file.content.length,
		checksums: { sha256: createHash('sha256').update(file.content).digest('hex') },
		metadata: {},
		created_at: new Date(file.expiresAt - keptMs).toISOString(),
		expires_at: new Date(file.expiresAt).toISOString(),
		urls: { get: `${world.url}/replicate/v1/files/${file.id}` },
	};
}
