import { localFile } from './cdn';
import { findProblems, isHttpUrl, isRecord, jsonBody, text, type Rules } from './checks';
import type { StoredFile } from './files';
import { decodeBase64, readPicture } from './images';
import type { Call, Reply, World } from './types';
import { readUploadForm } from './uploadForm';

// Kie's file hosts. Pages differ on how long files live; here it is the shorter time.

const keptMs = 24 * 3_600_000;
/** The folder that a client chose for a file. */
const folders = new WeakMap<StoredFile, string>();

const rules: Record<string, Rules> = {
	base64: { base64Data: { kind: 'string', required: true }, uploadPath: { kind: 'string', required: true }, fileName: { kind: 'string' } },
	url: { fileUrl: { kind: 'string', required: true }, uploadPath: { kind: 'string', required: true }, fileName: { kind: 'string' } },
};

function refused(code: number, msg: string): Reply {
	return { status: code, body: { success: false, code, msg } };
}

export async function handleKieFiles(call: Call, world: World, isAllowed: boolean): Promise<Reply> {
	if (!isAllowed) return refused(401, 'Unauthorized: Authentication credentials are missing or invalid');
	const way = /^\/api\/file-(base64|url|stream)-upload$/.exec(call.path)?.[1];
	if (call.method !== 'POST' || !way) return refused(404, 'Not found');
	return way === 'stream' ? await takeForm(call, world) : takeJson(way, call, world);
}

function takeJson(way: string, call: Call, world: World): Reply {
	const body = jsonBody(call.raw, call.headers['content-type']);
	if (!isRecord(body)) return refused(400, 'Invalid JSON body');
	const [problem] = findProblems(body, rules[way] ?? {});
	if (problem) return refused(400, `Missing or invalid parameter: ${problem.field}`);
	const path = text(body.uploadPath, '');
	const name = text(body.fileName, '');
	if (way === 'base64') return store(decodeBase64(text(body.base64Data, '')), name, path, world);
	if (!isHttpUrl(body.fileUrl)) return refused(400, 'Missing or invalid parameter: fileUrl');
	// The sandbox calls nobody: a foreign URL counts as fetched.
	const file = localFile(new URL(body.fileUrl).pathname, world) ?? localFile('/cdn/images/1280x720.jpg', world);
	return file ? store(file.content, name, path, world) : refused(400, 'The file could not be downloaded');
}

async function takeForm(call: Call, world: World): Promise<Reply> {
	const form = await readUploadForm(call);
	if (typeof form === 'string') return refused(400, form);
	return form.uploadPath ? store(form.content, form.fileName, form.uploadPath, world) : refused(400, 'Missing or invalid parameter: uploadPath');
}

function store(content: Buffer, wantedName: string, path: string, world: World): Reply {
	if (content.length === 0) return refused(400, 'The file is empty');
	const mime = readPicture(content)?.mime ?? 'application/octet-stream';
	const made = `${world.files.all.length + 1}.${mime.replace(/.*\//, '').replace('jpeg', 'jpg').replace('octet-stream', 'bin')}`;
	const name = (wantedName || made).replace(/[^\w.-]/g, '_');
	// A file of the same name and folder replaces the older one, under the same link.
	const same = world.files.all.find((file) => file.name === name && folders.get(file) === path);
	const file = same ?? world.files.add(name, mime, content, 0);
	Object.assign(file, { mime, content, expiresAt: world.clock.now() + keptMs });
	folders.set(file, path);
	const data = {
		fileName: name,
		filePath: `${path}/${name}`,
		downloadUrl: `${world.cdnUrl}/files/${file.id}/${name}`,
		fileSize: content.length,
		mimeType: mime,
		uploadedAt: new Date(world.clock.now()).toISOString(),
	};
	return { status: 200, body: { success: true, code: 200, msg: 'File uploaded successfully', data } };
}
