import { randomBytes } from 'node:crypto';
import { decodePart, isRecord, jsonBody, text } from './checks';
import type { StoredFile } from './files';
import type { Call, Reply, World } from './types';

// fal's storage, as its own client uses it: announced with the key, sent without it.

interface Announced {
	file: StoredFile;
	contentType: string;
	lifetimeMs: number;
}

/** By the secret in the link to send to. */
const announced = new WeakMap<World, Map<string, Announced>>();

function announcedIn(world: World): Map<string, Announced> {
	const known = announced.get(world) ?? new Map<string, Announced>();
	announced.set(world, known);
	return known;
}

function refused(status: number, detail: string): Reply {
	return { status, body: { detail } };
}

/** Seconds that a file or a result shall live, by a header of fal's; null where it doesn't say. */
export function lifetimeOf(header: string | string[] | undefined): number | null {
	const parsed = typeof header === 'string' ? jsonBody(Buffer.from(header), 'application/json') : undefined;
	const seconds = isRecord(parsed) ? parsed.expiration_duration_seconds : undefined;
	return typeof seconds === 'number' ? seconds : null;
}

/** `POST /storage/upload/initiate?storage_type=fal-cdn-v3`. */
export function announceUpload(call: Call, world: World): Reply {
	if (call.query.get('storage_type') !== 'fal-cdn-v3') return refused(422, 'storage_type must be fal-cdn-v3');
	const body = jsonBody(call.raw, call.headers['content-type']);
	const contentType = isRecord(body) ? text(body.content_type, '') : '';
	const wanted = isRecord(body) ? text(body.file_name, '') : '';
	if (!contentType || !wanted) return refused(422, 'content_type and file_name are required');
	const name = wanted.replace(/[^\w.-]/g, '_');
	// Nobody can read it before it was sent.
	const file = world.files.add(name, contentType, Buffer.alloc(0), 0);
	const secret = randomBytes(12).toString('hex');
	const seconds = lifetimeOf(call.headers['x-fal-object-lifecycle']);
	announcedIn(world).set(secret, { file, contentType, lifetimeMs: seconds === null ? Infinity : seconds * 1000 });
	const { port } = new URL(world.url);
	return {
		status: 200,
		body: { upload_url: `http://localhost:${port}/fal-media/uploads/${secret}?signature=${secret}`, file_url: `${world.cdnUrl}/files/${file.id}/${name}` },
	};
}

/** `PUT` to the link of the announcement, on the host of fal's media: no key may come here. */
export function takeUpload(call: Call, world: World): Reply {
	if (call.headers.authorization !== undefined) {
		world.leaks.push(`fal key in the Authorization header of ${call.method} ${call.path} on its media host`);
		return refused(400, 'Only one authentication mechanism is allowed');
	}
	const secret = decodePart(/^\/uploads\/([^/]+)$/.exec(call.path)?.[1] ?? '');
	const upload = announcedIn(world).get(secret);
	if (call.method !== 'PUT' || !upload || call.query.get('signature') !== secret) return refused(403, 'Forbidden');
	if (call.headers['content-type'] !== upload.contentType) return refused(403, 'The Content-Type is not the announced one');
	upload.file.content = call.raw;
	upload.file.expiresAt = world.clock.now() + upload.lifetimeMs;
	return { status: 200, headers: { 'content-type': 'text/plain' }, body: '' };
}
