import { readTime } from '../job/read';

/**
 * When links die that live for some hours, where a page gives the hours and no start: counted from the
 * creation, it never promises too much.
 */
export function expiresAfter(hours: number, createdAt: string | null): string | null {
	return createdAt && readTime(Date.parse(createdAt) + hours * 3_600_000);
}
