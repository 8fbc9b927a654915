import { WriteQueue } from '../../../nodes/SoraVideo/callbacks/staticData';

/** Calls that store a growing list, as the trigger's do; `finish` ends the store that is under way. */
function calls() {
	const turns = new WriteQueue();
	const noted: number[] = [];
	const stores: number[][] = [];
	const done: number[] = [];
	const finish: Array<() => void> = [];
	const call = async (index: number) => {
		noted.push(index);
		const finishOwn = await turns.take();
		if (finishOwn) {
			stores.push([...noted]);
			await new Promise<void>((resolve) => finish.push(resolve));
			finishOwn();
		}
		done.push(index);
	};
	const settle = async () => await new Promise((resolve) => setImmediate(resolve));
	return {
		stores,
		done,
		call: (index: number) => void call(index),
		settle,
		async finish() {
			for (const each of finish.splice(0)) each();
			await settle();
		},
	};
}

it('one call stores at once', async () => {
	const { call, stores, done, finish, settle } = calls();
	call(1);
	await settle();
	expect([stores, done]).toEqual([[[1]], []]);
	await finish();
	expect(done).toEqual([1]);
});

it('those that come during a store share the next one, which begins when the first has ended', async () => {
	const { call, stores, done, finish, settle } = calls();
	call(1);
	await settle();
	for (const index of [2, 3, 4]) call(index);
	await settle();
	expect(stores).toEqual([[1]]);
	await finish();
	expect([stores, done]).toEqual([[[1], [1, 2, 3, 4]], [1]]);
	call(5);
	await settle();
	expect(stores).toHaveLength(2);
	await finish();
	expect([stores[2], done]).toEqual([[1, 2, 3, 4, 5], [1, 2, 3, 4]]);
	await finish();
	expect(done).toEqual([1, 2, 3, 4, 5]);
});

it('nobody is told before a store that holds what it noted', async () => {
	const { call, stores, done, finish, settle } = calls();
	for (let index = 0; index < 200; index += 1) {
		call(index);
		if (index % 7 === 0) await settle();
		if (index % 13 === 0) await finish();
		for (const each of done) expect(stores.some((store) => store.includes(each))).toBe(true);
	}
	for (let round = 0; round < 3; round += 1) await finish();
	expect(done).toHaveLength(200);
	expect(stores.length).toBeLessThan(100);
});
