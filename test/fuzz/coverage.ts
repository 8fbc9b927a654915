import { Session } from 'node:inspector';
import type { Profiler } from 'node:inspector';

/** Which blocks of the nodes' code have run, by V8's own counters. */
export class Coverage {
	private readonly session = new Session();

	constructor() {
		this.session.connect();
		this.post('Profiler.enable');
		this.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
	}

	private post(method: string, parameters: object = {}): unknown {
		let answer: unknown;
		// Within one process the answer is there before this returns.
		this.session.post(method, parameters, (_error, result) => {
			answer = result;
		});
		return answer;
	}

	/** Blocks that ran since this was last asked. */
	take(): string[] {
		const { result } = this.post('Profiler.takePreciseCoverage') as Profiler.TakePreciseCoverageReturnType;
		const blocks: string[] = [];
		for (const { url, functions } of result) {
			if (!url.includes('/nodes/SoraVideo/')) continue;
			for (const { ranges } of functions) {
				for (const { startOffset, endOffset, count } of ranges) if (count > 0) blocks.push(`${url}:${startOffset}-${endOffset}`);
			}
		}
		return blocks;
	}
}
