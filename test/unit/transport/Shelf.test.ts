import { Shelf } from '../../../nodes/SoraVideo/transport/Shelf';

/** A reader that counts how often it was asked. */
function reader(...values: string[]) {
	const asked = { times: 0 };
	const read = async () => {
		const value = values[Math.min(asked.times, values.length - 1)] ?? '';
		asked.times += 1;
		if (value === 'throw') throw new Error('no');
		return await Promise.resolve(value);
	};
	return { asked, read };
}

const isGood = (value: string) => value !== 'bad';
afterEach(() => jest.useRealTimers());

it('reads once, also for readers at the same time', async () => {
	const { asked, read } = reader('a', 'b');
	const shelf = new Shelf(isGood);
	expect(await Promise.all([shelf.take('k', read), shelf.take('k', read)])).toEqual(['a', 'a']);
	expect(await shelf.take('k', read)).toBe('a');
	expect(asked.times).toBe(1);
});

it('keeps keys apart', async () => {
	const shelf = new Shelf(isGood);
	expect(await shelf.take('k', reader('a').read)).toBe('a');
	expect(await shelf.take('l', reader('b').read)).toBe('b');
});

it.each(['bad', 'throw'])('reads anew after "%s"', async (first) => {
	const { read } = reader(first, 'b');
	const shelf = new Shelf(isGood);
	await shelf.take('k', read).catch(() => null);
	expect(await shelf.take('k', read)).toBe('b');
});

it('reads anew after five minutes', async () => {
	jest.useFakeTimers({ now: 0 });
	const { read } = reader('a', 'b');
	const shelf = new Shelf(isGood);
	await shelf.take('k', read);
	jest.setSystemTime(299_999);
	expect(await shelf.take('k', read)).toBe('a');
	jest.setSystemTime(300_000);
	expect(await shelf.take('k', read)).toBe('b');
});

it('holds no more than forty, and lets the oldest go first', async () => {
	const shelf = new Shelf(isGood);
	for (let key = 0; key <= 40; key++) await shelf.take(String(key), reader('old').read);
	expect(await shelf.take('1', reader('new').read)).toBe('old');
	expect(await shelf.take('0', reader('new').read)).toBe('new');
});

it('holds nothing longer than it is of use', async () => {
	const shelf = new Shelf<object>(() => true, 20);
	const entries: unknown = Reflect.get(shelf, 'entries');
	await shelf.take('key', async () => await Promise.resolve({ apiKey: 'secret' }));
	expect(entries).toHaveProperty('size', 1);
	await new Promise((resolve) => setTimeout(resolve, 60));
	expect(entries).toHaveProperty('size', 0);
});
