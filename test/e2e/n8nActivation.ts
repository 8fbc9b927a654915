import { setTimeout as sleep } from 'node:timers/promises';
import { asObject, asString } from './guards';
import { RestError, type N8nSession } from './n8nSession';

const SETTLE_LIMIT_MS = 30_000;

async function unlessMissing<T>(request: Promise<T>): Promise<T | undefined> {
	return await request.catch((error: unknown) => {
		if (error instanceof RestError && error.status === 404) return undefined;
		throw error;
	});
}

// 2.x answers before it has registered the triggers: a webhook called at once would get 404.
async function untilSettled(session: N8nSession, id: string, wanted: string): Promise<void> {
	const end = Date.now() + SETTLE_LIMIT_MS;
	for (;;) {
		const answer = await unlessMissing(session.request('GET', `/workflows/${id}/publication-status`));
		if (answer === undefined) return;
		const { status, triggers } = asObject(answer, 'publication status');
		if (status === wanted) return;
		if (status === 'failed' || status === 'partial') {
			throw new Error(`Workflow ${id} could not be activated: ${JSON.stringify(triggers)}`);
		}
		if (Date.now() > end) throw new Error(`Workflow ${id} is still ${String(status)}, not ${wanted}`);
		await sleep(100);
	}
}

export async function activateWorkflow(session: N8nSession, id: string): Promise<void> {
	const workflow = asObject(await session.request('GET', `/workflows/${id}`), 'workflow');
	const versionId = asString(workflow.versionId, 'version id');
	const activated = await unlessMissing(session.request('POST', `/workflows/${id}/activate`, { versionId }));
	if (activated === undefined) await session.request('PATCH', `/workflows/${id}`, { active: true, versionId });
	else await untilSettled(session, id, 'published');
}

export async function deactivateWorkflow(session: N8nSession, id: string): Promise<void> {
	const deactivated = await unlessMissing(session.request('POST', `/workflows/${id}/deactivate`, {}));
	if (deactivated === undefined) await session.request('PATCH', `/workflows/${id}`, { active: false });
	else await untilSettled(session, id, 'not_published');
}
