import type { IDisplayOptions } from 'n8n-workflow';

/** Shows a field for these operations only. */
export function showFor(...operations: string[]): IDisplayOptions {
	return { show: { operation: operations } };
}
