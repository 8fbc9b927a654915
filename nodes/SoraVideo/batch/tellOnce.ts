import type { IExecuteFunctions } from 'n8n-workflow';

const toldInRuns = new WeakMap<IExecuteFunctions, Set<string>>();

/** Tells the user something that isn't wrong, once in a run, however many items it is true of. */
export function tellOnce(context: IExecuteFunctions, message: string): void {
	const told = toldInRuns.get(context) ?? new Set<string>();
	toldInRuns.set(context, told);
	if (told.has(message)) return;
	told.add(message);
	context.addExecutionHints({ message, type: 'info', location: 'outputPane' });
}
