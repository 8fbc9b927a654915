import { text } from './checks';
import type { Call } from './types';

export interface UploadForm {
	content: Buffer;
	/** As the client chose it, or as the part itself is named. */
	fileName: string;
	uploadPath: string;
}

const fields = ['file', 'uploadPath', 'fileName'];

/** Reads a file sent as `multipart/form-data`; what is wrong with it, as text, where it can't be taken. */
export async function readUploadForm({ raw, headers }: Call): Promise<UploadForm | string> {
	const type = headers['content-type'] ?? '';
	if (!type.startsWith('multipart/form-data')) return 'multipart/form-data expected';
	try {
		const form = await new Response(new Uint8Array(raw), { headers: { 'content-type': type } }).formData();
		const strangers: string[] = [];
		form.forEach((_value, key) => {
			if (!fields.includes(key)) strangers.push(key);
		});
		if (strangers.length > 0) return `Invalid parameter: ${strangers.join(', ')}`;
		const file = form.get('file');
		if (file === null || typeof file === 'string') return 'Invalid parameter: file';
		const content = Buffer.from(await file.arrayBuffer());
		return { content, fileName: text(form.get('fileName'), '') || file.name, uploadPath: text(form.get('uploadPath'), '') };
	} catch {
		return 'Malformed multipart body';
	}
}
