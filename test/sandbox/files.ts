import { randomBytes } from 'node:crypto';

export interface StoredFile {
	id: string;
	name: string;
	mime: string;
	content: Buffer;
	expiresAt: number;
}

/** Files uploaded by clients; the CDN serves them until they expire. */
export class FileStore {
	readonly all: StoredFile[] = [];

	add(name: string, mime: string, content: Buffer, expiresAt: number): StoredFile {
		const file = { id: `file_${randomBytes(8).toString('hex')}`, name, mime, content, expiresAt };
		this.all.push(file);
		return file;
	}
}
