import { findProblems, isHttpUrl, isRecord, jsonBody, text, type Rules } from './checks';
import { localFile } from './cdn';
import { decodeBase64, readPicture } from './images';
import type { StoredFile } from './files';
import type { Call, Reply, World } from './types';
import { readUploadForm } from './uploadForm';

const keptMs = 72 * 3_600_000;

const rules: Record<string, Rules> = {
	base64: { base64_data: { kind: 'string', required: true }, upload_path: { kind: 'string' }, file_name: { kind: 'string' } },
	url: { file_url: { kind: 'string', required: true }, upload_path: { kind: 'string' }, file_name: { kind: 'string' } },
};

function refused(code: number, msg: string): Reply {
	return { status: code, body: { success: false, code, msg } };
}

export async function handleFiles(call: Call, world: World, isAllowed: boolean): Promise<Reply> {
	if (!isAllowed) return refused(401, 'Unauthorized: invalid API key');
	const way = /^\/api\/v1\/files\/upload\/(base64|url|stream)$/.exec(call.path)?.[1];
	if (call.method !== 'POST' || !way) return refused(404, 'Not found');
	return way === 'stream' ? await takeForm(call, world) : takeJson(way, call, world);
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
	const picture = readPicture(content);
	if (!picture) return refused(400, 'Unsupported file type: only jpeg, png, gif and webp images');
	const extension = picture.mime.replace('image/', '').replace('jpeg', 'jpg');
	const name = /^[\w.-]+$/.test(wantedName) ? wantedName : `upload.${extension}`;
	const file = world.files.add(name, picture.mime, content, world.clock.now() + keptMs);
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
		upload_time: new Date(world.clock.now()).toISOString(),
		expires_at: new Date(file.expiresAt).toISOString(),
	};
}
