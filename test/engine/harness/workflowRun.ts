import type {
	IDataObject,
	INodeExecutionData,
	IRun,
	IRunData,
	IRunExecutionData,
	NodeExecutionHint,
} from 'n8n-workflow';

import type { CallOptions, HttpAnswer } from './http';

export interface ResumeAnswer {
	http: HttpAnswer;
	/** The run that went on; undefined where the call was refused or declined. */
	run?: WorkflowRun;
}

export interface WorkflowRun {
	status: IRun['status'];
	error?: Error & { description?: string; httpCode?: string; context?: IDataObject };
	waitTill?: Date;
	/** What n8n has stored about the execution. */
	data: IRunExecutionData;
	runData: IRunData;
	/** What left a node, per output, over all its runs (but not what it showed while suspending). */
	outputs(nodeName: string): INodeExecutionData[][];
	hints(nodeName: string): NodeExecutionHint[];
	/** The workflow's static data as saved in the database. */
	staticData: IDataObject;
	resumeUrl: string;
	/** Resumes it by date once more from what was stored when this run ended, as n8n 1.x does in queue mode after the next run's worker has died. */
	resumeAfterCrash(): Promise<WorkflowRun>;
	/** What n8n does when `waitTill` has come. */
	resumeByDate(): Promise<WorkflowRun>;
	/** What n8n does when the resume URL is called. */
	resumeByWebhook(call?: CallOptions): Promise<ResumeAnswer>;
}

/** Static data as the database keeps it; the engine holds it in proxies that can't be cloned. */
export function asStored(staticData: IDataObject): IDataObject {
	return JSON.parse(JSON.stringify(staticData)) as IDataObject;
}

/** What left a node, over all its runs; a suspending run's data is only shown in the editor. */
export function outputsOf(runData: IRunData, name: string): INodeExecutionData[][] {
	const outputs: INodeExecutionData[][] = [];
	for (const task of runData[name] ?? []) {
		if (task.executionStatus === 'waiting') continue;
		for (const [index, items] of (task.data?.main ?? []).entries()) {
			(outputs[index] ??= []).push(...(items ?? []));
		}
	}
	return Array.from(outputs, (items) => items ?? []);
}
