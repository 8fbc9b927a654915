import type { INode } from 'n8n-workflow';

import { isObject } from '../../job/read';

/** What a workflow decides and no agent may: what is spent, what is sent besides, and who is told of the job. */
const workflowsOwn: ReadonlyArray<{ name: string; field: string }> = [
	{ name: 'additionalBody', field: 'Options > Additional Body' },
	{ name: 'maxCost', field: 'Options > Max Cost' },
	{ name: 'unknownPrice', field: 'Options > If Price Unknown' },
	{ name: 'resendUnknown', field: 'Options > Resend If Outcome Unknown' },
	{ name: 'callbackUrl', field: 'Callback URL' },
];

function isLeft(value: unknown): boolean {
	return typeof value === 'string' && value.startsWith('=') && /\$fromAI\s*\(/i.test(value);
}

/**
 * Clauses that name what a workflow leaves to an agent though it would bound the agent: a language model that
 * may choose its own limit has none. n8n hands a tool's arguments to every expression with `$fromAI`.
 *
 * @param node With its parameters as they are stored, before expressions are resolved.
 */
export function leftToAgent({ parameters }: Pick<INode, 'parameters'>): string[] {
	const { options, callbackUrl } = parameters;
	if (isLeft(options)) return ["Options are left to the AI agent, which could lift every limit in them: set each by itself"];
	const values: Record<string, unknown> = { ...(isObject(options) ? options : {}), callbackUrl };
	return workflowsOwn.flatMap(({ name, field }) =>
		isLeft(values[name]) ? [`${field} is left to the AI agent, which must not decide it: replace $fromAI there by a value of your own`] : [],
	);
}
