import { decodePart, findProblems, isHttpUrl, isRecord, jsonBody, text, type Rules } from './checks';
import { localFile } from './cdn';
import { decodeBase64, readPicture } from './images';
import type { StoredFile } from './files';
import type { Call, Reply, World } from './types';
import { readUploadForm } from './uploadForm';

const keptMs = 72 * 3_600_000;
const maxFiles = 2000;

const rules: Record<string, Rules> = {
	base64: { base64_data: { kind: 'string', required: true }, upload_path: { kind: 'string' }, file_name: { kind: 'string' } },
	url: { file_url: { kind: 'string', required: true }, upload_path: { kind: 'string' }, file_name: { kind: 'string' } },
};

function refused(code: number, msg: string): Reply {
	return { status: code, body: { success: false, code, msg } };
}

export async function handleFiles(call: Call, world: World, isAllowed: boolean): Promise<Reply> {
	if (!isAllowed) return refused(401, 'Unauthorized: invalid API key');
	const route = `${call.method} ${call.path}`;
	if (route === 'GET /api/v1/files/list') return list(call, world);
	if (route === 'GET /api/v1/files/quota') return quota(world);
	const id = /^DELETE \/api\/v1\/files\/([^/]+)$/.exec(route)?.[1];
	if (id) return remove(decodePart(id), world);
	const way = /^\/api\/v1\/files\/upload\/(base64|url|stream)$/.exec(call.path)?.[1];
	if (call.method !== 'POST' || !way) return refused(404, 'Not found');
	return way === 'stream' ? await takeForm(call, world) : takeJson(way, call, world);
}

/** Those that were uploaded here and are still kept, the newest first. */
function kept(world: World): StoredFile[] {
	return world.files.all.filter((file) => file.uploadedAt !== null && world.clock.now() < file.expiresAt).reverse();
}

function list({ query }: Call, world: World): Reply {
	const [page, size] = [query.get('page') ?? 1, query.get('pageSize') ?? 20].map(Number);
	if (!page || !size || page < 1 || size < 1 || size > 100) return refused(400, 'Invalid parameter: page or pageSize');
	const all = kept(world);
	const files = all.slice((page - 1) * size, page * size).map((file) => {
		const { file_id, file_name, file_size, upload_time } = describe(file, '', world);
		return { file_id, file_name, file_size, upload_time };
	});
	return { status: 200, body: { success: true, code: 200, msg: 'success', data: { total: all.length, files } } };
}

function quota(world: World): Reply {
	const used = kept(world).length;
	const data = { user_group: 'default', used_files: used, max_files: maxFiles, remain_files: maxFiles - used, is_custom: false, quota_reason: '' };
	return { status: 200, body: { success: true, code: 200, data } };
}

function remove(id: string, world: World): Reply {
	const file = kept(world).find((candidate) => candidate.id === id);
	if (!file) return refused(404, 'File not found');
	world.files.all.splice(world.files.all.indexOf(file), 1);
	return { status: 200, body: { success: true, code: 200, msg: 'File deleted successfully' } };
}

function takeJson(way: string, call: Call, world: World): Reply {
	const body = jsonBody(call.raw, call.headers['content-type']);
	if (!isRecord(body)) return refused(400, 'Invalid JSON body');
	const [problem] = findProblems(body, rules[way] ?? {});
	if (problem) return refused(400, `Invalid parameter: ${problem.field}`);
	const path = text(body.upload_path, '');
	const name = text(body.file_name, '');
	if (way === 'base64') return store(decodeBase64(text(body.base64_data, '')), name, path, world);
	if (!isHttpUrl(body.file_url)) return refused(400, 'Invalid parameter: file_url');
	// The sandbox calls nobody: a foreign URL counts as fetched.
	const file = localFile(new URL(body.file_url).pathname, world) ?? localFile('/cdn/images/1280x720.jpg', world);
	return file ? store(file.content, name, path, world) : refused(400, 'Could not download file_url');
}

async function takeForm(call: Call, world: World): Promise<Reply> {
	const form = await readUploadForm(call);
	return typeof form === 'string' ? refused(400, form) : store(form.content, form.fileName, form.uploadPath, world);
}

function store(content: Buffer, wantedName: string, path: string, world: World): Reply {
	if (kept(world).length >= maxFiles) return refused(403, 'File quota exceeded');
	const picture = readPicture(content);
	if (!picture) return refused(400, 'Unsupported file type: only jpeg, png, gif and webp images');
	const extension = picture.mime.replace('image/', '').replace('jpeg', 'jpg');
	const name = /^[\w.-]+$/.test(wantedName) ? wantedName : `upload.${extension}`;
	const file = world.files.add(name, picture.mime, content, world.clock.now() + keptMs, world.clock.now());
	return { status: 200, body: { success: true, code: 200, msg: 'File uploaded successfully', data: describe(file, path, world) } };
}

function describe(file: StoredFile, path: string, world: World): Record<string, unknown> {
	const url = `${world.cdnUrl}/files/${file.id}/${file.name}`;
	return {
		file_id: file.id,
		file_name: file.name,
		original_name: file.name,
		file_size: file.content.length,
		mime_type: file.mime,
		upload_path: path,
		file_url: url,
		download_url: url,
		upload_time: new Date(file.uploadedAt ?? 0).toISOString(),
		expires_at: new Date(file.expiresAt).toISOString(),
	};
}
