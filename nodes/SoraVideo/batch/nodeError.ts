import type { INode } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

/**
 * An error with this message, whatever it holds. n8n puts words of its own in the place of a message in
 * which it finds the name of a network error, even within a prompt that the message quotes: "You can
 * retry the request immediately", which after a create means to pay twice.
 */
export function nodeError(
	node: INode,
	message: string,
	options: ConstructorParameters<typeof NodeOperationError>[2] = {},
): NodeOperationError {
	const error = new NodeOperationError(node, message, options);
	error.message = message;
	error.messages = [];
	return error;
}
