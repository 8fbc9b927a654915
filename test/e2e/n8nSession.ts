import { setTimeout as sleep } from 'node:timers/promises';
import { isObject } from './guards';

export interface Owner {
	email: string;
	password: string;
}

const REQUEST_LIMIT_MS = 60_000;

export class RestError extends Error {
	constructor(
		readonly status: number,
		message: string,
	) {
		super(message);
	}
}

/** n8n's own REST interface, the one that its editor uses, as one signed-in user. */
export class N8nSession {
	private cookie = '';
	private writes: Promise<unknown> = Promise.resolve();

	constructor(readonly url: string) {}

	headers(): Record<string, string> {
		return { 'content-type': 'application/json', cookie: this.cookie };
	}

	/** Writes go one after the other: n8n 1.x fails on two at once with SQLite. */
	async send(method: string, path: string, body?: unknown): Promise<Response> {
		if (method === 'GET') return await this.sendNow(method, path, body);
		const write = this.writes.then(async () => await this.sendNow(method, path, body));
		this.writes = write.catch(() => undefined);
		return await write;
	}

	private async sendNow(method: string, path: string, body?: unknown): Promise<Response> {
		const response = await fetch(`${this.url}/rest${path}`, {
			method,
			headers: this.headers(),
			body: body === undefined ? undefined : JSON.stringify(body),
			signal: AbortSignal.timeout(REQUEST_LIMIT_MS),
		});
		const [cookie] = response.headers.getSetCookie().flatMap((line) => /^n8n-auth=[^;]+/.exec(line) ?? []);
		if (cookie !== undefined) this.cookie = cookie;
		if (!response.ok) {
			const text = (await response.text()).slice(0, 1000);
			throw new RestError(response.status, `n8n answered ${method} ${path} with ${response.status}: ${text}`);
		}
		return response;
	}

	async request(method: string, path: string, body?: unknown): Promise<unknown> {
		const response = await this.send(method, path, body);
		const parsed: unknown = await response.json();
		return isObject(parsed) && 'data' in parsed ? parsed.data : parsed;
	}

	/** Readiness comes before the routes do: until then n8n answers with a text or the editor's page. */
	async waitUntilServed(timeoutMs: number, giveUp: () => void): Promise<void> {
		const end = Date.now() + timeoutMs;
		for (;;) {
			giveUp();
			const ready = await fetch(`${this.url}/healthz/readiness`).then(
				(response) => response.ok,
				() => false,
			);
			const settings = ready ? await this.request('GET', '/settings').catch(() => undefined) : undefined;
			if (isObject(settings)) return;
			if (Date.now() > end) throw new Error(`n8n was not ready in ${timeoutMs} ms`);
			await sleep(200);
		}
	}

	/** Makes the owner on a new instance, signs in on a used one. */
	async signIn({ email, password }: Owner): Promise<void> {
		const settings = await this.request('GET', '/settings');
		const management = isObject(settings) ? settings.userManagement : undefined;
		if (isObject(management) && management.showSetupOnFirstLoad === true) {
			await this.request('POST', '/owner/setup', { email, password, firstName: 'E2e', lastName: 'Owner' });
			return;
		}
		await this.request('POST', '/login', { emailOrLdapLoginId: email, password });
	}
}
