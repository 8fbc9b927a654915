/**
 * Milliseconds by a clock that only goes forward, from a beginning of its own: for how long something
 * took or may still take in this process. A server's clock can be set back or forward while a job goes
 * on, and a wait that went by it would last as much longer, or end at once. Times that outlive the
 * process (dates, n8n's stored state) are `Date.now`'s.
 */
export function steadyNow(): number {
	return performance.now();
}
