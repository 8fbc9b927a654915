import { nothingKnown, ours, ranges, simulate, simulateLearning, usualTime, type Figures } from './simulate';
import type { Section } from './report';

function row(name: string, { meanLateness, p95Lateness, meanRequests }: Figures): string[] {
	return [name, `${meanLateness.toFixed(1)} s`, `${p95Lateness.toFixed(1)} s`, meanRequests.toFixed(1)];
}

/** Part h: what this process has seen of a model's jobs, in place of a table. */
export async function benchLearning(): Promise<Section> {
	const tables = ranges.map((range) => {
		const [first, fifth, fiftieth] = simulateLearning(range, [1, 5, 50]);
		if (!first || !fifth || !fiftieth) throw new Error('nothing simulated');
		return {
			title: `Jobs of ${range.from}–${range.to} s`,
			head: ['', 'late, mean', 'late, p95', 'requests'],
			rows: [
				row('nothing known', simulate(ours, range, nothingKnown)),
				row('the 1st job of an unknown model', first),
				row('its 5th job', fifth),
				row('its 50th job', fiftieth),
				row('the model’s usual time known', simulate(ours, range, usualTime((range.from + range.to) / 2))),
			],
		};
	});
	return await Promise.resolve({
		part: 'h',
		title: 'Learning how long a model takes',
		how: 'A simulation of 5,000 histories of 50 jobs of one model that no table knows, each after the one before, all lengths in a range equally often. A job is known to have ended between two looks, and the middle of that is what is learnt. Late and requests are those of part a.',
		tables,
	});
}
