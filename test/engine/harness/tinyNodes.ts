import { Readable } from 'node:stream';

import type {
	ICredentialType,
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	IRunExecutionData,
	ITaskMetadata,
	IWebhookDescription,
	IWebhookFunctions,
	IWebhookResponseData,
	Workflow,
} from 'n8n-workflow';
import { sleep } from 'n8n-workflow';

type Run = (this: IExecuteFunctions) => Promise<INodeExecutionData[][]>;

/** A node from a function, for tests that need one behaviour and no more. */
export function tinyNode(execute: Run, description: Partial<INodeTypeDescription> = {}): INodeType {
	return {
		description: {
			displayName: 'Tiny',
			name: 'tiny',
			group: ['transform'],
			version: 1,
			description: 'Does one thing',
			defaults: { name: 'Tiny' },
			inputs: ['main'],
			outputs: ['main'],
			properties: [{ displayName: 'Text', name: 'text', type: 'string', default: '' }],
			usableAsTool: true,
			...description,
		},
		execute,
	};
}

export const tinyApi: ICredentialType = {
	name: 'tinyApi',
	displayName: 'Tiny API',
	properties: [
		{ displayName: 'API Key', name: 'apiKey', type: 'string', default: '' },
		{ displayName: 'Base URL', name: 'baseUrl', type: 'string', default: 'https://default.example' },
	],
	authenticate: {
		type: 'generic',
		properties: { headers: { Authorization: '=Bearer {{$credentials.apiKey}}' } },
	},
};

/** Says `text` for every item. */
export const echo = tinyNode(async function () {
	return [
		this.getInputData().map((_, item) => ({
			json: { said: this.getNodeParameter('text', item) as string },
			pairedItem: { item },
		})),
	];
});

/** Throws for the items that ask for it, handled as n8n's guide has it. */
export const picky = tinyNode(async function () {
	const output: INodeExecutionData[] = [];
	for (const [item, { json }] of this.getInputData().entries()) {
		try {
			if (json.bad) throw new Error('Bad item');
			output.push({ json, pairedItem: { item } });
		} catch (error) {
			if (!this.continueOnFail()) throw error;
			output.push({ json: { error: (error as Error).message }, error: error as never, pairedItem: { item } });
		}
	}
	return [output];
});

export const streamed = tinyNode(async function () {
	const stream = Readable.from([Buffer.from('moving '), Buffer.from('pictures')]);
	const data = await this.helpers.prepareBinaryData(stream, 'a.mp4', 'video/mp4');
	return [[{ json: {}, binary: { data }, pairedItem: { item: 0 } }]];
});

export const caller = tinyNode(
	async function () {
		const { baseUrl } = await this.getCredentials('tinyApi');
		const answer: unknown = await this.helpers.httpRequestWithAuthentication.call(this, 'tinyApi', {
			url: `${String(baseUrl)}/v1/hello`,
			json: true,
		});
		return [[{ json: { answer } as never, pairedItem: { item: 0 } }]];
	},
	{ credentials: [{ name: 'tinyApi', required: true }] },
);

/** Sleeps until it is cancelled. */
export const sleeper = tinyNode(async function () {
	const signal = this.getExecutionCancelSignal();
	for (let slept = 0; slept < 600_000 && !signal?.aborted; slept += 20) await sleep(20);
	return [this.getInputData()];
});

const resumeWebhook: IWebhookDescription = {
	name: 'default',
	httpMethod: 'POST',
	responseMode: 'onReceived',
	responseData: '',
	path: '',
	isFullPath: true,
	restartWebhook: true,
};

const patientDescription = { outputs: ['main', 'main'], webhooks: [resumeWebhook] } satisfies Partial<INodeTypeDescription>;

/** Suspends; by date its input goes on, by call what the caller sent, unless that is "no". */
export const patient: INodeType = {
	...tinyNode(
		async function () {
			this.getContext('node').url = this.evaluateExpression('{{ $execution.resumeUrl }}', 0) as string;
			await this.putExecutionToWait(new Date(Date.now() + 3_600_000));
			return [[{ json: { shown: 'while waiting' } }]];
		},
		patientDescription,
	),
	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		const body = this.getBodyData();
		if (body.say === 'no') return { webhookResponse: { declined: true } };
		if (body.say === 'throw') throw new Error('webhook() failed');
		return {
			webhookResponse: { thanks: true },
			workflowData: [[{ json: { said: body.say } }], [{ json: { second: true } }]],
		};
	},
};

interface Internals {
	runExecutionData: IRunExecutionData;
	workflow: Workflow;
}

/** Suspends twice by queueing itself behind its own waiting entry, then ends on its second output. */
export const requeued: INodeType = {
	...tinyNode(
		async function () {
			const { runExecutionData, workflow } = this as unknown as Internals;
			const entry = this.getExecuteData();
			const round = Number((entry.metadata as { round?: number } | undefined)?.round ?? 0) + 1;
			if (round === 3) return [[], this.getInputData().map(({ json }) => ({ json: { ...json, round } }))];
			runExecutionData.executionData?.nodeExecutionStack.unshift({
				node: { ...(workflow.getNode(this.getNode().name) ?? this.getNode()) },
				data: { main: [this.getInputData()] },
				source: entry.source,
				metadata: { round } as ITaskMetadata,
			});
			entry.data = { main: [[]] };
			await this.putExecutionToWait(new Date(Date.now() + 3_600_000));
			return [[], []];
		},
		patientDescription,
	),
	async webhook(): Promise<IWebhookResponseData> {
		return { webhookResponse: { ok: true }, workflowData: [[]] };
	},
};

/** Counts its calls in static data; `direct` answers the caller itself. */
export const counter: INodeType = {
	description: {
		...echo.description,
		displayName: 'Tiny Trigger',
		name: 'tinyTrigger',
		group: ['trigger'],
		inputs: [],
		webhooks: [{ ...resumeWebhook, restartWebhook: false, path: 'webhook' }],
	},
	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		const store = this.getWorkflowStaticData('node');
		store.calls = Number(store.calls ?? 0) + 1;
		const workflowData = [[{ json: this.getBodyData() }]];
		if (this.getNodeParameter('text') !== 'direct') return { workflowData };
		this.getResponseObject().status(202).json({ ok: true });
		return { noWebhookResponse: true, workflowData };
	},
};
