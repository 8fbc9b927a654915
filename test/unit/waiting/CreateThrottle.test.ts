import { steadyNow } from '../../../nodes/SoraVideo/transport/http/clock';
import { CreateThrottle } from '../../../nodes/SoraVideo/waiting/CreateThrottle';

// A clock of the test's own: nothing here takes as long as it says.
beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const signal = new AbortController().signal;
const never = Infinity;

/** When a create is sent, in milliseconds from now; null if not before it is given up. */
async function sentAfter(throttle: CreateThrottle, giveUpAt = never): Promise<number | null> {
	const began = steadyNow();
	const turn = throttle.take(signal, giveUpAt, async () => await Promise.resolve(steadyNow() - began));
	await jest.advanceTimersByTimeAsync(120_000);
	return await turn;
}

describe('CreateThrottle', () => {
	it('is free at first', async () => {
		expect(await sentAfter(new CreateThrottle())).toBe(0);
	});

	it('takes forty refusals of creates sent together for one: two seconds, not fifteen', async () => {
		const throttle = new CreateThrottle();
		const sentAt = steadyNow();
		await jest.advanceTimersByTimeAsync(10);
		for (let index = 0; index < 40; index += 1) throttle.refused(sentAt, 0, 0.5);
		expect(await sentAfter(throttle)).toBe(2_000);
	});

	it('doubles the pause with each refusal, up to fifteen seconds', async () => {
		const throttle = new CreateThrottle();
		const pauses: Array<number | null> = [];
		for (let index = 0; index < 5; index += 1) {
			await jest.advanceTimersByTimeAsync(10);
			throttle.refused(steadyNow(), 0, 0.5);
			pauses.push(await sentAfter(throttle));
		}
		expect(pauses).toEqual([2_000, 4_000, 8_000, 15_000, 15_000]);
	});

	it('obeys what the provider asks for, and gives up in time', async () => {
		const throttle = new CreateThrottle();
		throttle.refused(steadyNow(), 60_000, 0.5);
		expect(await sentAfter(throttle, steadyNow() + 3_000)).toBeNull();
		throttle.refused(steadyNow(), 60_000, 0.5);
		expect(await sentAfter(throttle)).toBe(60_000);
	});

	it('waits no longer where the server’s clock is set back', async () => {
		const throttle = new CreateThrottle();
		throttle.refused(steadyNow(), 0, 0.5);
		jest.setSystemTime(Date.now() - 600_000);
		expect(await sentAfter(throttle)).toBe(2_000);
	});
});
