import { SeenEndings } from '../../../nodes/SoraVideo/callbacks/SeenEndings';

const ending = (id: string, status: 'completed' | 'failed' | 'cancelled' = 'completed') => ({ provider: 'evoLink', id, status });

it('knows an ending once it was added', () => {
	const endings = new SeenEndings();
	expect([endings.has('trigger', ending('a')), endings.note('trigger', ending('a'), null), endings.note('trigger', ending('a'), null), endings.has('trigger', ending('a'))]).toEqual([
		false,
		'new',
		'seen',
		true,
	]);
});

it('tells jobs, endings, providers and triggers apart', () => {
	const endings = new SeenEndings();
	endings.note('trigger', ending('a'), null);
	expect(endings.has('trigger', ending('b'))).toBe(false);
	expect(endings.has('trigger', ending('a', 'failed'))).toBe(false);
	expect(endings.has('trigger', { ...ending('a'), provider: 'openRouter' })).toBe(false);
	expect(endings.has('another', ending('a'))).toBe(false);
});

it('is restored from what it stored', () => {
	const before = new SeenEndings();
	before.note('trigger', ending('a'), null);
	before.note('trigger', ending('b', 'failed'), null);
	const after = new SeenEndings();
	after.note('trigger', ending('c'), null);
	after.restore(before.store());
	expect([ending('a'), ending('b', 'failed'), ending('c'), ending('d')].map((each) => after.has('trigger', each))).toEqual([true, true, true, false]);
	expect(after.store()).toHaveLength(3 * 8);
});

it.each([undefined, null, 7, {}, [], ['AAAAAAAA'], '', 'short', 'with blank', '{"a":"bcdefgh"}', 'Grüße···'])('takes %p, which nobody stored, for nothing', (stored) => {
	const endings = new SeenEndings();
	endings.restore(stored);
	expect(endings.store()).toBe('');
});

it('keeps the newest, in bounded room', () => {
	const endings = new SeenEndings(100);
	for (let index = 0; index < 1000; index += 1) endings.note('trigger', ending(`job-${index}`), null);
	expect(endings.store()).toHaveLength(800);
	expect(endings.has('trigger', ending('job-899'))).toBe(false);
	expect(endings.has('trigger', ending('job-900'))).toBe(true);
	const restored = new SeenEndings(50);
	restored.restore(endings.store());
	expect(restored.store()).toHaveLength(400);
	expect(restored.has('trigger', ending('job-999'))).toBe(true);
	expect(restored.has('trigger', ending('job-949'))).toBe(false);
});

it('keeps the newest though an older text is read again and again', () => {
	const endings = new SeenEndings(100);
	for (let index = 0; index < 100; index += 1) endings.note('trigger', ending(`old-${index}`), null);
	const older = endings.store();
	for (let index = 0; index < 10; index += 1) endings.note('trigger', ending(`new-${index}`), null);
	for (let round = 0; round < 20; round += 1) endings.restore(`${older}${'x'.repeat(8 * (round % 2))}`);
	expect(Array.from({ length: 10 }, (_, index) => endings.has('trigger', ending(`new-${index}`)))).toEqual(Array(10).fill(true));
});

it('a token serves the first new ending that comes with it, and none after', () => {
	const endings = new SeenEndings();
	expect(endings.isUsed('trigger', 'token')).toBe(false);
	expect([
		endings.note('trigger', ending('a'), 'token'),
		endings.note('trigger', ending('a'), 'token'),
		endings.note('trigger', ending('b'), 'token'),
		endings.note('trigger', ending('b'), 'another'),
		endings.note('another', ending('b'), 'token'),
	]).toEqual(['new', 'seen', 'tokenUsed', 'new', 'new']);
	expect(endings.has('trigger', ending('b'))).toBe(true);
	const restored = new SeenEndings();
	restored.restore(endings.store());
	expect([restored.isUsed('trigger', 'token'), restored.note('trigger', ending('c'), 'token')]).toEqual([true, 'tokenUsed']);
});

it('an ending that has had its run uses no token', () => {
	const endings = new SeenEndings();
	endings.note('trigger', ending('a'), null);
	expect([endings.note('trigger', ending('a'), 'token'), endings.isUsed('trigger', 'token')]).toEqual(['seen', false]);
});

describe('of 40 MB that somebody put into the static data', () => {
	it('reads the end alone, as much as is remembered', () => {
		const endings = new SeenEndings(100);
		const genuine = new SeenEndings(100);
		genuine.note('trigger', ending('a'), null);
		const text = 'x'.repeat(40_000_003) + genuine.store();
		const adding = jest.spyOn(Set.prototype, 'add');
		endings.restore(text);
		expect(adding.mock.calls.length).toBeLessThanOrEqual(200);
		adding.mockRestore();
		expect(endings.has('trigger', ending('a'))).toBe(true);
		expect(endings.store().length).toBeLessThanOrEqual(800);
	});

	it('reads none where it is no list of marks', () => {
		const endings = new SeenEndings(100);
		endings.note('trigger', ending('a'), null);
		endings.restore(' '.repeat(40_000_000));
		expect(endings.store()).toHaveLength(8);
	});
});
