import { Endings } from '../../../nodes/SoraVideo/callbacks/Endings';

const ending = (id: string, status: 'completed' | 'failed' | 'cancelled' = 'completed') => ({ provider: 'evoLink', id, status });

it('knows an ending once it was added', () => {
	const endings = new Endings();
	expect([endings.has(ending('a')), endings.add(ending('a')), endings.add(ending('a')), endings.has(ending('a'))]).toEqual([
		false,
		true,
		false,
		true,
	]);
});

it('tells jobs, endings and providers apart', () => {
	const endings = new Endings();
	endings.add(ending('a'));
	expect(endings.has(ending('b'))).toBe(false);
	expect(endings.has(ending('a', 'failed'))).toBe(false);
	expect(endings.has({ ...ending('a'), provider: 'openRouter' })).toBe(false);
});

it('is restored from what it stored', () => {
	const before = new Endings();
	before.add(ending('a'));
	before.add(ending('b', 'failed'));
	const after = new Endings();
	after.add(ending('c'));
	after.restore(before.store());
	expect([ending('a'), ending('b', 'failed'), ending('c'), ending('d')].map((each) => after.has(each))).toEqual([true, true, true, false]);
	expect(after.store()).toHaveLength(3 * 8);
});

it.each([undefined, null, 7, {}, '', 'short'])('takes %p, which nobody stored, for nothing', (stored) => {
	const endings = new Endings();
	endings.restore(stored);
	expect(endings.store()).toBe('');
});

it('keeps the newest, in bounded room', () => {
	const endings = new Endings(100);
	for (let index = 0; index < 1000; index += 1) endings.add(ending(`job-${index}`));
	expect(endings.store()).toHaveLength(800);
	expect(endings.has(ending('job-899'))).toBe(false);
	expect(endings.has(ending('job-900'))).toBe(true);
	const restored = new Endings(50);
	restored.restore(endings.store());
	expect(restored.store()).toHaveLength(400);
	expect(restored.has(ending('job-999'))).toBe(true);
	expect(restored.has(ending('job-949'))).toBe(false);
});
