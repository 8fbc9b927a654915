import { Questions, type Asked } from '../../../nodes/SoraVideo/callbacks/Questions';

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

const limits = { atOnce: 2, burst: 3, perSecond: 1, ids: 2 };

it('asks once for several callers of one id', async () => {
	const questions = new Questions<string>();
	let count = 0;
	const ask = async () => {
		count += 1;
		return await Promise.resolve(found('yes'));
	};
	const answers = await Promise.all(Array.from({ length: 5 }, async () => await questions.ask('a', () => 0, ask)));
	expect([answers, count]).toEqual([Array(5).fill('yes'), 1]);
	await questions.ask('a', () => 0, ask);
	expect(count).toBe(2);
});

it('asks no more than so many at once, and all in the end', async () => {
	const questions = new Questions<string>(limits);
	let running = 0;
	let most = 0;
	const ask = async () => {
		running += 1;
		most = Math.max(most, running);
		await new Promise((resolve) => setTimeout(resolve, 5));
		running -= 1;
		return found('yes');
	};
	const answers = await Promise.all(Array.from({ length: 9 }, async (_, index) => await questions.ask(String(index), () => 0, ask)));
	expect([answers, most]).toEqual([Array(9).fill('yes'), 2]);
});

it('gives a place on when a question throws', async () => {
	const questions = new Questions<string>({ ...limits, atOnce: 1 });
	const broken = questions.ask('a', () => 0, async () => await Promise.reject(new Error('broken')));
	const next = questions.ask('b', () => 0, async () => await Promise.resolve(found('yes')));
	await expect(broken).rejects.toThrow('broken');
	expect(await next).toBe('yes');
});

it('stops asking after too many fruitless questions, and takes up again with time', async () => {
	const questions = new Questions<string>(limits);
	const clock = clockAt(10_000);
	const ask = async (id: string, asked: Asked<string>) => await questions.ask(id, clock.read, async () => await Promise.resolve(asked));
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
	const questions = new Questions<string>(limits);
	const clock = clockAt(3_600_000);
	const ask = async (id: string) => await questions.ask(id, clock.read, async () => await Promise.resolve(nothing));
	await ask('a');
	clock.now = 0;
	await ask('b');
	await ask('c');
	expect(await ask('d')).toBeNull();
});

it('remembers unknown ids, longer each time, and not too many', async () => {
	const questions = new Questions<string>({ ...limits, burst: 100 });
	const clock = clockAt(0);
	const unknown = async (id: string) => await questions.ask(id, clock.read, async () => await Promise.resolve(nothing));
	await unknown('a');
	expect([1_999, 2_000].map((now) => questions.isUnknown('a', now))).toEqual([true, false]);
	clock.now = 2_000;
	await unknown('a');
	expect([17_999, 18_000].map((now) => questions.isUnknown('a', now))).toEqual([true, false]);
	await unknown('b');
	await unknown('c');
	expect(['a', 'b', 'c'].map((id) => questions.isUnknown(id, 2_001))).toEqual([false, true, true]);
	await questions.ask('b', clock.read, async () => await Promise.resolve(found('yes')));
	expect(questions.isUnknown('b', 2_001)).toBe(false);
});

it('shares the answer of a question that is under way', async () => {
	const questions = new Questions<string>(limits);
	const slow = slowQuestion();
	const first = questions.ask('a', () => 0, slow.ask);
	const second = questions.ask('a', () => 0, async () => await Promise.reject(new Error('asked twice')));
	slow.answerIt(found('yes'));
	expect(await Promise.all([first, second])).toEqual(['yes', 'yes']);
});
