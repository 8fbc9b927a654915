import { runLeg } from '../chaos/leg';
import { openSqlite, type ChaosPlace } from '../chaos/place';
import { countEntries, ledgerTable, tellReasons } from '../chaos/report';
import { toText } from '../bench/report';

describe('faults of the providers, and kills of n8n', () => {
	let place: ChaosPlace | undefined;

	afterAll(async () => {
		await place?.close();
	}, 120_000);

	it('make no video twice, and lose none: each is told by its item, its error or the log', async () => {
		place = await openSqlite();
		const result = await runLeg(place, {
			jobs: 60,
			seed: 1,
			killEvery: 10,
			mostKills: 2,
			paceMs: 1_500,
			// What is suspended until a date takes n8n's minutes.
			isWanted: ({ jobSeconds: [, most] }) => most <= 40,
		});
		console.log(toText(ledgerTable(result.ledger)));
		tellReasons(result.ledger);
		const { askedFor, created, twice, right, told, lost, none } = countEntries(result.ledger.entries);
		expect({ twice, lost, leaks: result.leaks, stuck: result.stuck }).toEqual({ twice: 0, lost: 0, leaks: [], stuck: [] });
		expect(result.kills).toEqual(new Map([['main', 2]]));
		expect(askedFor).toBeGreaterThanOrEqual(60);
		// All that was accepted is either right or told.
		expect(right + told.reduce((sum, count) => sum + count, 0)).toBe(askedFor - none);
		expect(created).toBe(askedFor - none);
		expect(right).toBeGreaterThan(0);
	}, 1_200_000);
});
