import { asObject, asString } from '../e2e/guards';
import type { N8nServer } from '../e2e/n8nServer';
import { N8nSession } from '../e2e/n8nSession';

export interface ListedExecution {
	id: string;
	status: string;
	/** Milliseconds since 1970. */
	stoppedAt: number | null;
}

function toListed(result: unknown): ListedExecution {
	const { id, status, stoppedAt } = asObject(result, 'execution');
	return {
		id: asString(id, 'execution id'),
		status: asString(status, 'status'),
		stoppedAt: typeof stoppedAt === 'string' ? Date.parse(stoppedAt) : null,
	};
}

/** Executions, of one workflow or of all, without their data: cheap enough to read while they run. */
export class ExecutionList {
	private constructor(private readonly session: N8nSession) {}

	static async open(server: N8nServer): Promise<ExecutionList> {
		const session = new N8nSession(server.url);
		await session.signIn(server.owner);
		return new ExecutionList(session);
	}

	async read(workflowId?: string): Promise<ListedExecution[]> {
		const found = new Map<string, ListedExecution>();
		for (let cursor: string | null = ''; cursor !== null; ) {
			const query = new URLSearchParams({ filter: JSON.stringify(workflowId === undefined ? {} : { workflowId }), limit: '100', ...(cursor && { cursor }) });
			const list = asObject(await this.session.request('GET', `/executions?${query.toString()}`), 'list');
			for (const each of (Array.isArray(list.results) ? list.results : []).map(toListed)) found.set(each.id, each);
			cursor = typeof list.nextCursor === 'string' ? list.nextCursor : null;
		}
		return [...found.values()];
	}
}
