import type { Call } from './types';

export interface UploadedFile {
	name: string;
	/** As the client says. */
	mime: string;
	content: Buffer;
	/** Of all parts. */
	fields: string[];
}

/** The file in one field of a multipart body; null where there is none. */
export async function uploadedFile(call: Call, field: string): Promise<UploadedFile | null> {
	const type = call.headers['content-type'] ?? '';
	if (!type.startsWith('multipart/form-data')) return null;
	const form = await new Response(new Uint8Array(call.raw), { headers: { 'content-type': type } }).formData().catch(() => null);
	const file = form?.get(field) ?? null;
	if (!form || file === null || typeof file === 'string') return null;
	const fields: string[] = [];
	form.forEach((_value, name) => fields.push(name));
	return { name: file.name, mime: file.type, content: Buffer.from(await file.arrayBuffer()), fields };
}
