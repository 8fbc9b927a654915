import type { IDisplayOptions } from 'n8n-workflow';

/** The operations that create a video, and charge for it. */
export const creating = ['create', 'createAndWait'];

/** Shows a field for these operations only. */
export function showFor(...operations: string[]): IDisplayOptions {
	return { show: { operation: operations } };
}
