import { removePacked } from '../e2e/packPackage';
import { countEntries, publish, tellReasons, toSection } from './report';
import { runLeg, type LegOptions, type LegResult } from './leg';
import { readOptions, type ChaosOptions, type Leg } from './options';
import { openQueue, openSqlite, type ChaosPlace } from './place';
import { runSoak } from './soak';
import { itemsOfEach } from './workload';

const titles: Record<Exclude<Leg, 'soak'>, string> = {
	sqlite: 'One n8n process on SQLite',
	queue: 'Queue mode: main, two workers, two webhook processors, Redis and PostgreSQL',
};
/** From one execution's start to the next: 2,000 videos in some 20 minutes. */
const paceMs = 1_000;

/** For the start, for what waits for dates and lost callbacks at the end, and for the reading. */
const minutesBeside = 6;

const open = new Set<() => Promise<void>>();

async function within<Place extends { close(): Promise<void> }, Result>(opening: Promise<Place>, work: (place: Place) => Promise<Result>): Promise<Result> {
	const place = await opening;
	open.add(place.close);
	try {
		return await work(place);
	} finally {
		open.delete(place.close);
		await place.close();
	}
}

/** What must not be, in words; empty where all is well. */
function faultsOf({ ledger, leaks }: LegResult): string[] {
	const { twice, lost } = countEntries(ledger.entries);
	const named = ledger.entries.filter(({ end, jobs }) => end === 'lost' || jobs.length > 1);
	return [
		...(twice > 0 ? [`${twice} created twice`] : []),
		...(lost > 0 ? [`${lost} lost`] : []),
		...named.map(({ token, kind, jobs }) => `  ${kind} ${token}: ${jobs.map(({ provider, id }) => `${provider} ${id}`).join(', ')}`),
		...leaks,
	];
}

async function runKilled(leg: Exclude<Leg, 'soak'>, options: ChaosOptions, jobs: number): Promise<string[]> {
	const legOptions: LegOptions = { jobs, seed: options.seed, killEvery: options.killEvery, paceMs };
	const minutes = Math.ceil((Math.ceil(jobs / itemsOfEach) * paceMs) / 60_000) + minutesBeside;
	console.log(`${titles[leg]}: ${jobs} videos, which takes about ${minutes} minutes`);
	const opening: Promise<ChaosPlace> = leg === 'sqlite' ? openSqlite() : openQueue({ workers: 2, webhookProcessors: 2, concurrency: 10 });
	const result = await within(opening, async (place) => await runLeg(place, legOptions));
	await publish(toSection(leg, titles[leg], legOptions, result));
	tellReasons(result.ledger);
	return faultsOf(result).map((fault) => `${leg}: ${fault}`);
}

async function main(): Promise<void> {
	const options = readOptions(process.argv.slice(2));
	const killed = options.only.filter((leg) => leg !== 'soak');
	const faults: string[] = [];
	for (const [index, leg] of killed.entries()) {
		const jobs = Math.floor((options.jobs * (index + 1)) / killed.length) - Math.floor((options.jobs * index) / killed.length);
		faults.push(...(await runKilled(leg, options, jobs)));
	}
	if (options.only.includes('soak')) {
		const opening = openQueue({ workers: 1, webhookProcessors: 1, concurrency: 10, inspect: true });
		faults.push(...(await within(opening, async (place) => await runSoak(place, options.minutes))));
	}
	console.log(faults.length === 0 ? '0 created twice, 0 lost, no key where it does not belong' : faults.join('\n'));
	if (faults.length > 0) process.exitCode = 1;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
	process.once(signal, () => {
		const closing = [...open].map(async (close) => await close());
		void Promise.allSettled([...closing, removePacked()]).then(() => process.exit(130));
	});
}

main()
	.catch((error: unknown) => {
		console.error(error instanceof Error ? error.message : error);
		process.exitCode = 1;
	})
	.finally(() => void removePacked());
