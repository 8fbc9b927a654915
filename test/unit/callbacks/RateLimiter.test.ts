import { RateLimiter } from '../../../nodes/SoraVideo/callbacks/RateLimiter';

const rate = { burst: 2, perSecond: 0.5 };

it('allows so many in a row, and more with time', () => {
	const limiter = new RateLimiter(rate);
	expect([0, 0, 0, 1_999, 2_000, 2_000].map((now) => limiter.take('a', now))).toEqual([true, true, false, false, true, false]);
	expect([3_600_000, 3_600_000, 3_600_000].map((now) => limiter.take('a', now))).toEqual([true, true, false]);
});

it('counts each key for itself', () => {
	const limiter = new RateLimiter(rate);
	expect(['a', 'a', 'a', 'b', 'b', 'b'].map((key) => limiter.take(key, 0))).toEqual([true, true, false, true, true, false]);
});

it('takes back what was counted, and never more', () => {
	const limiter = new RateLimiter(rate);
	limiter.giveBack('a');
	limiter.take('a', 0);
	for (let times = 0; times < 5; times += 1) limiter.giveBack('a');
	expect([0, 0, 0].map((now) => limiter.take('a', now))).toEqual([true, true, false]);
});

it('is not fooled by a clock that goes back', () => {
	const limiter = new RateLimiter(rate);
	expect([3_600_000, 0, 0, 1_000, 2_000].map((now) => limiter.take('a', now))).toEqual([true, true, false, false, true]);
});

it('remembers a bounded number of keys, those used last', () => {
	const limiter = new RateLimiter({ burst: 1, perSecond: 0 });
	for (let key = 0; key <= 10_000; key += 1) limiter.take(String(key), 0);
	expect(['1', '10000', '0'].map((key) => limiter.take(key, 0))).toEqual([false, false, true]);
});
