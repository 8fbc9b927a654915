/** Bytes that are handed on at once. */
const enough = 524_288;

/**
 * Gathers a download's chunks into larger ones. n8n's file store writes one after the other, each in
 * another thread, and going there and back costs more than copying what comes from a socket at a time.
 */
export class ChunkBuffer {
	private chunks: Uint8Array[] = [];
	private length = 0;

	add(chunk: Uint8Array): void {
		this.chunks.push(chunk);
		this.length += chunk.length;
	}

	isFull(): boolean {
		return this.length >= enough;
	}

	/** What was gathered, which may be nothing; the buffer is empty then. */
	take(): Uint8Array {
		const all = Buffer.concat(this.chunks, this.length);
		this.chunks = [];
		this.length = 0;
		return all;
	}
}
