/** What the inspector of a Node process answers; `id` is the question's. */
interface Answer {
	id?: number;
	result?: { usedSize?: number; backingStorageSize?: number };
	error?: { message: string };
}

interface Target {
	webSocketDebuggerUrl: string;
}

/** One question after the other, by Node's inspector protocol. */
async function askInspector(port: number, methods: readonly string[]): Promise<Answer[]> {
	const targets: Target[] = JSON.parse(await (await fetch(`http://127.0.0.1:${port}/json/list`)).text());
	const socket = new WebSocket(targets[0]?.webSocketDebuggerUrl ?? '');
	const answers: Answer[] = [];
	await new Promise<void>((resolve, reject) => {
		const next = () => {
			const method = methods[answers.length];
			if (method === undefined) resolve();
			else socket.send(JSON.stringify({ id: answers.length, method }));
		};
		socket.onopen = next;
		socket.onerror = () => reject(new Error('The inspector hung up'));
		socket.onmessage = ({ data }) => {
			const answer: Answer = JSON.parse(String(data));
			if (answer.id !== answers.length) return;
			if (answer.error) return reject(new Error(answer.error.message));
			answers.push(answer);
			next();
		};
	}).finally(() => socket.close());
	return answers;
}

/**
 * Bytes that a Node process still needs: its heap and what its buffers hold, after a full collection.
 *
 * @param port Of its inspector (`node --inspect=127.0.0.1:<port>`).
 */
export async function liveMemory(port: number): Promise<number> {
	const answers = await askInspector(port, ['HeapProfiler.collectGarbage', 'HeapProfiler.collectGarbage', 'Runtime.getHeapUsage']);
	const { usedSize = NaN, backingStorageSize = 0 } = answers.at(-1)?.result ?? {};
	return usedSize + backingStorageSize;
}
