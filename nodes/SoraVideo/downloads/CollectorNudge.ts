/** Elements in one array: small enough that V8 puts it among its young objects. */
const elements = 1024;
/** Bytes of one array, at eight for each element. */
const size = elements * 8;
/** Bytes dropped for each byte that passes: with two or fewer, V8's full collections still come first. */
const share = 3;

/**
 * Nudges V8's garbage collector while bytes pass outside of its heap, so that their memory comes back soon.
 *
 * A chunk's memory lies outside V8's heap and is freed when V8 next collects. Chunks alone never fill
 * the space of young objects, whose small collection would be enough; after some 30 MB of them V8 walks
 * its whole heap instead. n8n's is of 200 MB and more: on 2026-11-26, on Node 24 with a heap of 280 MB,
 * 500 MB took 4.8 s of processor time without this, which n8n's other work waits for, and 0.6 s with it
 * (medians; now and then V8 walks its heap all the same).
 */
export class CollectorNudge {
	/** What was dropped last: without a place to go to, the engine would leave it out. */
	last: unknown = null;

	/** @param bytes How many have passed. */
	nudge(bytes: number): void {
		for (let left = bytes * share; left > 0; left -= size) this.last = new Array<number>(elements);
	}
}
