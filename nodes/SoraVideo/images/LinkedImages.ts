import type { SeenImage } from './checkImage';
import { readNumber, readText } from '../job/read';
import type { Connection } from '../transport/connection';
import { openItemLink } from '../transport/http/openLink';
import { refuseLink } from '../transport/http/redirects';
import { seePart } from './seeImage';

/** For all that is read of one link. */
const patience = 5000;

/** Enough for nearly every picture, then enough for one with long metadata before its size. */
const steps = [65_536, 1_048_576];

/** `why` where the link itself tells it. */
type Look = { seen: SeenImage } | { why: string | null };

/**
 * The beginnings of linked images, each link read once per run: as `openItemLink` allows, since whoever
 * writes the link may not be the user, and cut off after what was asked for, so that a server that sends
 * more fills no memory. What came instead of an image is told to nobody: a name may lead into the user's
 * own network, and "refused", "not found" and "no answer" would say what is there.
 */
export class LinkedImages {
	private readonly looks = new Map<string, Promise<Look>>();
	/** How many items have a link that can't be read, by its host. */
	private readonly unread = new Map<string, number>();

	constructor(
		private readonly connection: Connection,
		private readonly signal: AbortSignal,
	) {}

	/** What can be seen of the image; null where it can't be read from here, which is noted. */
	async look(url: string): Promise<SeenImage | null> {
		const look = this.looks.get(url) ?? this.read(url);
		this.looks.set(url, look);
		const found = await look;
		if ('seen' in found) return found.seen;
		const host = URL.canParse(url) ? new URL(url).host : 'the link';
		const what = found.why === null ? host : `${host}: ${found.why}`;
		this.unread.set(what, (this.unread.get(what) ?? 0) + 1);
		return null;
	}

	/** Tells the user, once and for all items, which images nobody has checked. */
	hint(): void {
		if (this.unread.size === 0) return;
		const items = [...this.unread.values()].reduce((sum, count) => sum + count, 0);
		const reasons = [...this.unread.keys()];
		const more = reasons.length > 3 ? `, and ${reasons.length - 3} more` : '';
		this.connection.context.addExecutionHints({
			message: `The linked image of ${items} ${items === 1 ? 'item' : 'items'} could not be read by n8n (${reasons.slice(0, 3).join('; ')}${more}), so it goes to the provider unchecked. If the job fails, look at the link first: it must open without signing in.`,
			type: 'warning',
			location: 'outputPane',
		});
	}

	private async read(url: string): Promise<Look> {
		const why = refuseLink(null, new URL(url), false);
		if (why !== null) return { why };
		const signal = AbortSignal.any([this.signal, AbortSignal.timeout(patience)]);
		try {
			for (const wanted of steps) {
				const look = await this.readStart(url, wanted, signal);
				if (look) return look;
			}
		} catch {
			// It broke off, or took too long.
		}
		return { why: null };
	}

	/** @returns null where these bytes don't hold the picture's size yet. */
	private async readStart(url: string, wanted: number, signal: AbortSignal): Promise<Look | null> {
		const answer = await openItemLink(
			this.connection,
			url,
			{ range: `bytes=0-${wanted - 1}`, accept: 'image/*,*/*;q=0.1' },
			signal,
		);
		if ('kind' in answer) return { why: null };
		const { status, headers, body } = answer;
		const range = /^bytes 0-\d+\/(\d+)$/.exec(readText(headers['content-range']) ?? '');
		if (status !== 200 && (status !== 206 || !range)) {
			answer.close();
			return { why: null };
		}
		const total = readNumber(range ? range[1] : headers['content-length']);
		const seen = await seePart(body, wanted, total, signal);
		return seen && { seen };
	}
}
