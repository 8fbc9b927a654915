import { Cache } from '../../../../nodes/SoraVideo/transport/http/Cache';

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
	const cache = new Cache(isGood);
	expect(await Promise.all([cache.take('k', read), cache.take('k', read)])).toEqual(['a', 'a']);
	expect(await cache.take('k', read)).toBe('a');
	expect(asked.times).toBe(1);
});

it('keeps keys apart', async () => {
	const cache = new Cache(isGood);
	expect(await cache.take('k', reader('a').read)).toBe('a');
	expect(await cache.take('l', reader('b').read)).toBe('b');
});

it.each(['bad', 'throw'])('reads anew after "%s"', async (first) => {
	const { read } = reader(first, 'b');
	const cache = new Cache(isGood);
	await cache.take('k', read).catch(() => null);
	expect(await cache.take('k', read)).toBe('b');
});

it('reads anew after five minutes', async () => {
	jest.useFakeTimers({ now: 0 });
	const { read } = reader('a', 'b');
	const cache = new Cache(isGood);
	await cache.take('k', read);
	jest.advanceTimersByTime(299_999);
	expect(await cache.take('k', read)).toBe('a');
	jest.advanceTimersByTime(1);
	expect(await cache.take('k', read)).toBe('b');
});

it('keeps nothing longer where the server’s clock is set back by ten minutes', async () => {
	jest.useFakeTimers({ now: 1_000_000 });
	const kept = reader('a', 'b');
	const failing = reader('a', 'b');
	const [good, bad] = [new Cache(isGood), new Cache(() => false, 3_600_000, 5_000)];
	await Promise.all([good.take('k', kept.read), bad.take('k', failing.read)]);
	jest.setSystemTime(400_000);
	expect([await good.take('k', kept.read), await bad.take('k', failing.read)]).toEqual(['a', 'a']);
	jest.advanceTimersByTime(5_000);
	expect([await good.take('k', kept.read), await bad.take('k', failing.read)]).toEqual(['a', 'b']);
	jest.advanceTimersByTime(295_000);
	expect(await good.take('k', kept.read)).toBe('b');
});

it('what is good stays for those who take it of any age, where reading it anew fails', async () => {
	jest.useFakeTimers({ now: 0 });
	const { asked, read } = reader('a', 'bad', 'bad', 'b');
	const cache = new Cache(isGood, 3_600_000, 5_000);
	expect(await cache.take('k', read)).toBe('a');
	jest.advanceTimersByTime(60_000);
	expect(await cache.take('k', read, 60_000)).toBe('bad');
	expect([await cache.take('k', read), await cache.take('k', read, 60_000), asked.times]).toEqual(['a', 'bad', 2]);
	jest.advanceTimersByTime(5_000);
	expect([await cache.take('k', read), await cache.take('k', read, 60_000), asked.times]).toEqual(['a', 'bad', 3]);
	jest.advanceTimersByTime(5_000);
	expect([await cache.take('k', read, 60_000), await cache.take('k', read)]).toEqual(['b', 'b']);
});

it('but no longer than it is of use', async () => {
	jest.useFakeTimers({ now: 0 });
	const { read } = reader('a', 'bad');
	const cache = new Cache(isGood, 3_600_000, 5_000);
	await cache.take('k', read);
	jest.advanceTimersByTime(3_599_000);
	await cache.take('k', read, 60_000);
	expect(await cache.take('k', read)).toBe('a');
	jest.advanceTimersByTime(1_000);
	expect(await cache.take('k', read)).toBe('bad');
});

it('holds no more than forty, and lets the oldest go first', async () => {
	const cache = new Cache(isGood);
	for (let key = 0; key <= 40; key++) await cache.take(String(key), reader('old').read);
	expect(await cache.take('1', reader('new').read)).toBe('old');
	expect(await cache.take('0', reader('new').read)).toBe('new');
});

it('holds nothing longer than it is of use', async () => {
	const cache = new Cache<object>(() => true, 20);
	const entries: unknown = Reflect.get(cache, 'entries');
	await cache.take('key', async () => await Promise.resolve({ apiKey: 'secret' }));
	expect(entries).toHaveProperty('size', 1);
	await new Promise((resolve) => setTimeout(resolve, 60));
	expect(entries).toHaveProperty('size', 0);
});
