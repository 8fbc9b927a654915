import { readText } from '../job/read';
import type { Connection } from '../transport/connection';

/**
 * The URL that wakes this execution, signed by n8n where it does so; null where the provider takes
 * no callback per job, or can't call this n8n (no https, a private address).
 */
export function readResumeUrl({ context, provider }: Connection): string | null {
	const url = readText(context.evaluateExpression('{{ $execution.resumeUrl }}', 0));
	return url !== null && provider.checkCallbackUrl?.(url).length === 0 ? url : null;
}
