import type { ProviderComplaint } from './failure';

const ended =
	'(not[ _-]?(found|exists?|available)|unavailable|gone|does not exist|(is )?no longer|withdrawn|retired|deprecated|discontinued|decommissioned|shut ?down|removed|sunset)';

/** How providers and gateways say that a model isn't there (any more). */
const goneWords: readonly RegExp[] = [
	// "model_not_found", "Model x/y not found", "model not found: x", "The model `x` does not exist or …"
	new RegExp(`\\bmodel[ _-]?((is|was|has been) )?${ended}`, 'i'),
	new RegExp(`\\bmodel:? \\S+ ((is|was|has been) )?${ended}`, 'i'),
	/(no such|unknown|invalid|unsupported|unrecognized) model(?! param)/i,
	/not a valid model/i,
	// new-api and the gateways built on it: "No available channel for model x under group y".
	/no[ _]available[ _]channel|无可用渠道/i,
	// OpenRouter
	/no endpoints found/i,
	// Azure: DeploymentNotFound, "The API deployment for this resource does not exist."
	/deployment ?not ?found|deployment .{0,40}does not exist/i,
	// Kie: "This interface is temporarily paused", "The model name you specified is not supported."
	/temporarily paused|model name .{0,20}is not supported/i,
	// Replicate: "The specified version does not exist (or perhaps you don't have permission to use it?)"
	/specified version does not exist/i,
	/\bwithdrawn\b/i,
];

/** Whether a provider's words say that the model isn't there (any more). */
export function saysModelIsGone({ code, message }: ProviderComplaint): boolean {
	return goneWords.some((words) => words.test(code ?? '') || words.test(message ?? ''));
}

/** Codes that tell of the model; others say no more than their HTTP status does. */
const exactCode = /model|channel|deployment|deprecat|retired|withdrawn|paused|endpoint/i;

/** The provider's own code where it tells that the model is gone, else `model_gone`. */
export function codeOfGone({ code }: ProviderComplaint): string {
	return code !== null && exactCode.test(code) ? code : 'model_gone';
}
