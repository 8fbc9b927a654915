import { Endings } from '../../../nodes/SoraVideo/callbacks/Endings';

const ending = (id: string, status: 'completed' | 'failed' | 'cancelled' = 'completed') => ({ provider: 'evoLink', id, status });

it('knows an ending once it was added', () => {
	const endings = new Endings();
	expect([endings.has('trigger', ending('a')), endings.add('trigger', ending('a')), endings.add('trigger', ending('a')), endings.has('trigger', ending('a'))]).toEqual([
		false,
		true,
		false,
		true,
	]);
});

it('tells jobs, endings, providers and triggers apart', () => {
	const endings = new Endings();
	endings.add('trigger', ending('a'));
	expect(endings.has('trigger', ending('b'))).toBe(false);
	expect(endings.has('trigger', ending('a', 'failed'))).toBe(false);
	expect(endings.has('trigger', { ...ending('a'), provider: 'openRouter' })).toBe(false);
	expect(endings.has('another', ending('a'))).toBe(false);
});

it('is restored from what it stored', () => {
	const before = new Endings();
	before.add('trigger', ending('a'));
	before.add('trigger', ending('b', 'failed'));
	const after = new Endings();
	after.add('trigger', ending('c'));
	after.restore(before.store());
	expect([ending('a'), ending('b', 'failed'), ending('c'), ending('d')].map((each) => after.has('trigger', each))).toEqual([true, true, true, false]);
	expect(after.store()).toHaveLength(3 * 8);
});

it.each([undefined, null, 7, {}, '', 'short'])('takes %p, which nobody stored, for nothing', (stored) => {
	const endings = new Endings();
	endings.restore(stored);
	expect(endings.store()).toBe('');
});

it('keeps the newest, in bounded room', () => {
	const endings = new Endings(100);
	for (let index = 0; index < 1000; index += 1) endings.add('trigger', ending(`job-${index}`));
	expect(endings.store()).toHaveLength(800);
	expect(endings.has('trigger', ending('job-899'))).toBe(false);
	expect(endings.has('trigger', ending('job-900'))).toBe(true);
	const restored = new Endings(50);
	restored.restore(endings.store());
	expect(restored.store()).toHaveLength(400);
	expect(restored.has('trigger', ending('job-999'))).toBe(true);
	expect(restored.has('trigger', ending('job-949'))).toBe(false);
});

it('keeps the newest though an older text is read again and again', () => {
	const endings = new Endings(100);
	for (let index = 0; index < 100; index += 1) endings.add('trigger', ending(`old-${index}`));
	const older = endings.store();
	for (let index = 0; index < 10; index += 1) endings.add('trigger', ending(`new-${index}`));
	for (let round = 0; round < 20; round += 1) endings.restore(`${older}${'x'.repeat(8 * (round % 2))}`);
	expect(Array.from({ length: 10 }, (_, index) => endings.has('trigger', ending(`new-${index}`)))).toEqual(Array(10).fill(true));
});
