import { randomBytes } from 'node:crypto';

export interface StoredFile {
	id: string;
	name: string;
	mime: string;
	content: Buffer;
	expiresAt: number;
	/** null: not by a client, but put there by a test. */
	uploadedAt: number | null;
}

/** Files uploaded by clients; the CDN serves them until they expire. */
export class FileStore {
	readonly all: StoredFile[] = [];

	add(name: string, mime: string, content: Buffer, expiresAt: number, uploadedAt: number | null = null): StoredFile {
		const file = { id: `file_${randomBytes(8).toString('hex')}`, name, mime, content, expiresAt, uploadedAt };
		this.all.push(file);
		return file;
	}
}
