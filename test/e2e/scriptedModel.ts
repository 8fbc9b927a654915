import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

import { asObject, asString, isObject } from './guards';

export interface ToolCall {
	name: string;
	args: object;
}

/** What the model says next: calls of tools, at once, or its last words. */
export type Turn = ToolCall[] | string;

export interface ToolSpec {
	name: string;
	description: string;
	/** JSON Schema of its arguments. */
	parameters: unknown;
}

/** A chat model that says what a test wrote, to whoever speaks OpenAI's chat completions with it. */
export interface ScriptedModel {
	/** For the Base URL of an OpenAI credential. */
	readonly url: string;
	/** What it was told of its tools in the last request. */
	tools(): ToolSpec[];
	/** The tools' answers as the model got them, oldest first. */
	answers(): string[];
	/** Begins a new talk. A turn may go by the tools' answers so far. */
	play(turns: ReadonlyArray<Turn | ((answers: string[]) => Turn)>): void;
	stop(): Promise<void>;
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(Buffer.from(chunk));
	return asObject(JSON.parse(Buffer.concat(chunks).toString()), 'request');
}

function listOf(body: Record<string, unknown>, name: string): Array<Record<string, unknown>> {
	return Array.isArray(body[name]) ? body[name].filter(isObject) : [];
}

function messageOf(turn: Turn, number: number): object {
	if (typeof turn === 'string') return { role: 'assistant', content: turn };
	const calls = turn.map(({ name, args }, index) => ({
		id: `call_${number}_${index}`,
		type: 'function',
		function: { name, arguments: JSON.stringify(args) },
	}));
	return { role: 'assistant', content: null, tool_calls: calls };
}

export async function startScriptedModel(): Promise<ScriptedModel> {
	let turns: ReadonlyArray<Turn | ((answers: string[]) => Turn)> = [];
	let asked: Array<Record<string, unknown>> = [];
	const answers = () =>
		listOf(asked.at(-1) ?? {}, 'messages')
			.filter(({ role }) => role === 'tool')
			.map(({ content }) => asString(content, 'answer of a tool'));

	async function reply(request: IncomingMessage, response: ServerResponse): Promise<void> {
		asked.push(await readBody(request));
		const next = turns[asked.length - 1] ?? 'I have nothing more to say.';
		const turn = typeof next === 'function' ? next(answers()) : next;
		const choice = { index: 0, message: messageOf(turn, asked.length), finish_reason: typeof turn === 'string' ? 'stop' : 'tool_calls' };
		const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
		response.setHeader('content-type', 'application/json');
		response.end(JSON.stringify({ id: `chat_${asked.length}`, object: 'chat.completion', created: 0, model: 'scripted', choices: [choice], usage }));
	}

	const server = createServer((request, response) => {
		reply(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
	});
	await once(server.listen(0, '127.0.0.1'), 'listening');
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('No port given');
	return {
		url: `http://127.0.0.1:${address.port}/v1`,
		tools: () =>
			listOf(asked.at(-1) ?? {}, 'tools').map((tool) => {
				const { name, description, parameters } = asObject(tool.function, 'function');
				return { name: asString(name, 'name'), description: asString(description, 'description'), parameters };
			}),
		answers,
		play(next) {
			turns = next;
			asked = [];
		},
		async stop() {
			server.closeAllConnections();
			await once(server.close(), 'close');
		},
	};
}
