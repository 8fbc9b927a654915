import { readTime } from '../job/read';
import type { VideoJob } from '../job/VideoJob';

/**
 * When a job's links die, where its provider documents for how long they live and no more: counted from
 * the creation, it never promises too much.
 */
export function expiryOf({ videoUrls, expiresAt, createdAt }: VideoJob, hours: number): string | null {
	if (videoUrls.length === 0) return null;
	return expiresAt ?? (createdAt && readTime(Date.parse(createdAt) + hours * 3_600_000));
}
