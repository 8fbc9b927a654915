import type { IWebhookFunctions } from 'n8n-workflow';

import { oneLine } from '../job/oneLine';
import { steadyNow } from '../transport/http/clock';
import type { WorkflowState } from './workflowState';

/** Writes a line to n8n's log, unless strangers have had many of them written lately. */
export function writeToLog(context: IWebhookFunctions, level: 'warn' | 'error', { logLines }: WorkflowState, text: string): void {
	if (logLines.take('', steadyNow())) context.logger[level](oneLine(`Sora Video Trigger: ${text}`, 2_000));
}
