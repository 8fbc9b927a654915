import { StatusThrottle, type Asked } from '../../../nodes/SoraVideo/callbacks/StatusThrottle';

const found = (answer: string): Asked<string> => ({ answer, fruitless: false, unknownId: false });
const nothing: Asked<string> = { answer: 'no', fruitless: true, unknownId: true };

function clockAt(start: number) {
	const clock = { now: start, read: () => clock.now };
	return clock;
}

/** A question that is answered when the test says so. */
function slowQuestion() {
	let answerIt: (asked: Asked<string>) => void = () => undefined;
	const asked = new Promise<Asked<string>>((resolve) => {
		answerIt = resolve;
	});
	return { ask: async () => await asked, answerIt };
}

const limits = { atOnce: 2, fruitless: { burst: 3, perSecond: 1 }, ids: 2 };
const roomy = { atOnce: 100, fruitless: { burst: 200, perSecond: 1 }, ids: 1000 };

/** Of callers that have time. */
const { signal: never } = new AbortController();

it('asks once for several callers of one id', async () => {
	const throttle = new StatusThrottle<string>(roomy);
	let count = 0;
	const ask = async () => {
		count += 1;
		return await Promise.resolve(found('yes'));
	};
	const answers = await Promise.all(Array.from({ length: 5 }, async () => await throttle.ask('', 'a', () => 0, never, ask)));
	expect([answers, count]).toEqual([Array(5).fill('yes'), 1]);
	await throttle.ask('', 'a', () => 0, never, ask);
	expect(count).toBe(2);
});

it('asks no more than so many at once, and all in the end', async () => {
	const throttle = new StatusThrottle<string>(limits);
	let running = 0;
	let most = 0;
	const ask = async () => {
		running += 1;
		most = Math.max(most, running);
		await new Promise((resolve) => setTimeout(resolve, 5));
		running -= 1;
		return found('yes');
	};
	const answers = await Promise.all(Array.from({ length: 9 }, async (_, index) => await throttle.ask('', String(index), () => 0, never, ask)));
	expect([answers, most]).toEqual([Array(9).fill('yes'), 2]);
});

it('gives a place on when a question throws', async () => {
	const throttle = new StatusThrottle<string>({ ...limits, atOnce: 1 });
	const broken = throttle.ask('', 'a', () => 0, never, async () => await Promise.reject(new Error('broken')));
	const next = throttle.ask('', 'b', () => 0, never, async () => await Promise.resolve(found('yes')));
	await expect(broken).rejects.toThrow('broken');
	expect(await next).toBe('yes');
});

it('stops asking after too many fruitless questions, and takes up again with time', async () => {
	const throttle = new StatusThrottle<string>(limits);
	const clock = clockAt(10_000);
	const ask = async (id: string, asked: Asked<string>) => await throttle.ask('', id, clock.read, never, async () => await Promise.resolve(asked));
	const fruitless = { ...nothing, unknownId: false };
	expect([await ask('a', fruitless), await ask('b', fruitless), await ask('c', fruitless), await ask('d', found('yes'))]).toEqual(['no', 'no', 'no', null]);
	clock.now += 1000;
	expect([await ask('d', found('yes')), await ask('e', found('yes')), await ask('f', fruitless), await ask('g', found('yes'))]).toEqual(['yes', 'yes', 'no', null]);
	clock.now += 3_600_000;
	const all = [];
	for (const id of ['1', '2', '3', '4']) all.push(await ask(id, fruitless));
	expect(all).toEqual(['no', 'no', 'no', null]);
});

it('is not fooled by a clock that goes back', async () => {
	const throttle = new StatusThrottle<string>(limits);
	const clock = clockAt(3_600_000);
	const ask = async (id: string) => await throttle.ask('', id, clock.read, never, async () => await Promise.resolve(nothing));
	await ask('a');
	clock.now = 0;
	await ask('b');
	await ask('c');
	expect(await ask('d')).toBeNull();
});

it('remembers unknown ids, longer each time, and not too many', async () => {
	const throttle = new StatusThrottle<string>({ ...limits, fruitless: roomy.fruitless });
	const clock = clockAt(0);
	const unknown = async (id: string) => await throttle.ask('', id, clock.read, never, async () => await Promise.resolve(nothing));
	await unknown('a');
	expect([1_999, 2_000].map((now) => throttle.isUnknown('a', now))).toEqual([true, false]);
	clock.now = 2_000;
	await unknown('a');
	expect([17_999, 18_000].map((now) => throttle.isUnknown('a', now))).toEqual([true, false]);
	await unknown('b');
	await unknown('c');
	expect(['a', 'b', 'c'].map((id) => throttle.isUnknown(id, 2_001))).toEqual([false, true, true]);
	await throttle.ask('', 'b', clock.read, never, async () => await Promise.resolve(found('yes')));
	expect(throttle.isUnknown('b', 2_001)).toBe(false);
});

it('shares the answer of a question that is under way', async () => {
	const throttle = new StatusThrottle<string>(limits);
	const slow = slowQuestion();
	const first = throttle.ask('', 'a', () => 0, never, slow.ask);
	const second = throttle.ask('', 'a', () => 0, never, async () => await Promise.reject(new Error('asked twice')));
	slow.answerIt(found('yes'));
	expect(await Promise.all([first, second])).toEqual(['yes', 'yes']);
});

it('each caller has its own allowance', async () => {
	const throttle = new StatusThrottle<string>(limits);
	const ask = async (caller: string, id: string) => await throttle.ask(caller, id, () => 0, never, async () => await Promise.resolve({ ...nothing, unknownId: false }));
	const answers = [];
	for (const [caller, id] of [['a', '1'], ['a', '2'], ['a', '3'], ['a', '4'], ['b', '5']] as const) answers.push(await ask(caller, id));
	expect(answers).toEqual(['no', 'no', 'no', null, 'no']);
});

it('who has no time left leaves the queue, and is not asked for', async () => {
	const throttle = new StatusThrottle<string>({ ...limits, atOnce: 1 });
	const slow = slowQuestion();
	const first = throttle.ask('', 'a', () => 0, never, slow.ask);
	const patience = new AbortController();
	let asked = 0;
	const count = async () => {
		asked += 1;
		return await Promise.resolve(found('yes'));
	};
	const impatient = throttle.ask('', 'b', () => 0, patience.signal, count);
	const patient = throttle.ask('', 'c', () => 0, never, count);
	patience.abort();
	expect([await impatient, asked]).toEqual([null, 0]);
	expect(await throttle.ask('', 'd', () => 0, patience.signal, count)).toBeNull();
	slow.answerIt(found('yes'));
	expect([await first, await patient, asked]).toEqual(['yes', 'yes', 1]);
	// The place was left again.
	expect(await throttle.ask('', 'e', () => 0, never, count)).toBe('yes');
});
