import { cancel } from './cancel.operation';
import { create } from './create.operation';
import { createAndWait } from './createAndWait.operation';
import { download } from './download.operation';
import { getStatus } from './getStatus.operation';
import type { Operation } from './Operation';
import { waitForCompletion } from './waitForCompletion.operation';

/** Every operation, in the order of the node's list. */
export const operations: readonly Operation[] = [
	cancel,
	create,
	createAndWait,
	download,
	getStatus,
	waitForCompletion,
];

/** The operation with this value, or undefined. */
export function findOperation(value: string): Operation | undefined {
	return operations.find(({ option }) => option.value === value);
}
