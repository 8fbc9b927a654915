import { createFile, MP4BoxBuffer, type Movie } from 'mp4box';
import { isRecord } from './checks';
import type { Sandbox } from './index';

export interface Answer {
	status: number;
	type: string;
	headers: Headers;
	body: Record<string, unknown>;
}

export type ProviderName = 'aimlApi' | 'evoLink' | 'vtrix';

export const createPaths: Record<ProviderName, string> = {
	aimlApi: '/v2/video/generations',
	evoLink: '/v1/videos/generations',
	vtrix: '/model/v1/generation',
};

export async function ask(sandbox: Sandbox, provider: ProviderName, path: string, init: RequestInit = {}, key = sandbox.apiKeys[provider]): Promise<Answer> {
	const headers = new Headers(init.headers);
	if (key) headers.set('authorization', `Bearer ${key}`);
	const response = await fetch(sandbox.baseUrls[provider] + path, { ...init, headers, redirect: 'manual' });
	const content = await response.text();
	const type = response.headers.get('content-type') ?? '';
	const parsed: unknown = content && /json/.test(type) ? JSON.parse(content) : {};
	return { status: response.status, type, headers: response.headers, body: isRecord(parsed) ? parsed : { parsed } };
}

export async function create(sandbox: Sandbox, provider: ProviderName, body: unknown): Promise<Answer> {
	const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
	return await ask(sandbox, provider, createPaths[provider], init);
}

/** The smallest body that each provider takes. */
export function validBody(provider: ProviderName, prompt: string): unknown {
	if (provider === 'aimlApi') return { model: 'openai/sora-2-pro-t2v', prompt };
	if (provider === 'evoLink') return { model: 'sora-2-pro-preview', prompt };
	return { model: 'sora_2_pro_t2v', input: [{ params: { prompt } }] };
}

export async function statusOf(sandbox: Sandbox, provider: ProviderName, id: unknown): Promise<Answer> {
	const part = encodeURIComponent(String(id));
	const paths = { aimlApi: `/v2/video/generations?generation_id=${part}`, evoLink: `/v1/tasks/${part}`, vtrix: `/model/v1/generation/task/${part}` };
	return await ask(sandbox, provider, paths[provider]);
}

/** The first http(s) link to an MP4 anywhere in a body. */
export function videoUrlIn(body: unknown): string {
	return /https?:\/\/[^\s"']+\.mp4/.exec(JSON.stringify(body))?.[0] ?? '';
}

export async function readMp4(content: ArrayBuffer): Promise<Movie> {
	return await new Promise((resolve, reject) => {
		const file = createFile();
		file.onReady = resolve;
		file.onError = (module, message) => reject(new Error(`${module}: ${message}`));
		file.appendBuffer(MP4BoxBuffer.fromArrayBuffer(content, 0), true);
		file.flush();
		reject(new Error('not an MP4'));
	});
}
