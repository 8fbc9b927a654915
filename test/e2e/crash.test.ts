import { crashOnce } from '../crash/crashOnce';
import { openCrashPlace, type CrashPlace } from '../crash/crashPlace';
import { phases } from '../crash/phases';
import { executionError } from './n8nExecution';
import type { N8nVersion } from './n8nInstall';

const versions: N8nVersion[] = ['n8n-2', 'n8n-1'];

describe.each(versions)('a worker of %s that is killed between the creates', (version) => {
	let place: CrashPlace | undefined;

	beforeAll(async () => {
		place = await openCrashPlace(version);
	}, 1_200_000);

	afterAll(async () => {
		await place?.close();
	}, 120_000);

	it('pays for no item twice, and leaves every id and every other create in the log', async () => {
		const phase = phases.find(({ name }) => name === 'between');
		if (!phase || !place) throw new Error('no such phase or place');
		const count = await crashOnce(place, phase, 1);
		// n8n 1.x begins a dead worker's executions again from their start, n8n 2.x ends them.
		const isBegunAgain = version === 'n8n-1';
		expect(count).toMatchObject({
			executions: 2,
			jobs: 6,
			itemsWithTwoJobs: 0,
			received: { jobs: 4, inLog: 4 },
			unanswered: { jobs: 2, inLog: 2 },
			saidUnknown: isBegunAgain ? 10 : 0,
		});
		for (const execution of count.executionsAfterwards) {
			expect(execution.status).toBe('error');
			if (isBegunAgain) expect(executionError(execution)).toMatch(/n8n has begun this execution again after it broke off/);
		}
	}, 400_000);
});
