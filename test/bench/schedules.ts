import { peers } from './peers';
import type { Section } from './report';
import { estimate, nothingKnown, ours, ranges, simulate, usualTime, type Knowledge, type Range, type Schedule } from './simulate';

function row(schedule: Schedule, range: Range, knowledge: Knowledge, name = schedule.name): Array<string | number> {
	const { meanLateness, p95Lateness, meanRequests, givenUp } = simulate(schedule, range, knowledge);
	const late = (value: number) => (Number.isFinite(value) ? `${value.toFixed(1)} s` : '–');
	return [name, late(meanLateness), late(p95Lateness), meanRequests.toFixed(1), givenUp === 0 ? '0' : `${(givenUp * 100).toFixed(0)} %`];
}

/** Part a: how this package and its peers ask, on paper. */
export async function benchSchedules(): Promise<Section> {
	const tables = ranges.map((range) => ({
		title: `Jobs of ${range.from}–${range.to} s`,
		head: ['', 'late, mean', 'late, p95', 'requests', 'given up'],
		rows: [
			row(ours, range, estimate(0.2), 'this node, the provider’s estimate right within 20 %'),
			row(ours, range, usualTime((range.from + range.to) / 2), 'this node, the model’s usual time known'),
			row(ours, range, nothingKnown, 'this node, nothing known'),
			...peers.map((peer) => row(peer, range, nothingKnown)),
		],
	}));
	return await Promise.resolve({
		part: 'a',
		title: 'Asking: how late and how often',
		how: 'A simulation of each schedule with 20,000 jobs a range, all lengths in a range equally often; peers’ intervals as read in their source. Late is the time from a job’s end until the node acts on it; requests are status requests per job. An answer takes no time here.',
		tables,
	});
}
