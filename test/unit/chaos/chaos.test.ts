import { allFlows } from '../../chaos/flows';
import { growthRow, slope } from '../../chaos/growth';
import { readOptions } from '../../chaos/options';
import { planOrders } from '../../chaos/workload';
import { providers } from '../../../nodes/SoraVideo/providers';

const flows = allFlows(providers.map(({ credentialType }) => ({ id: '1', name: credentialType, type: credentialType })));

describe('the plan of a chaos run', () => {
	const told = (seed: number) => planOrders(flows, 300, seed).map(({ number, flow, directives }) => [number, flow.name, ...directives]);

	it('is the same for the same seed, and another for another', () => {
		expect(told(7)).toEqual(told(7));
		expect(told(8)).not.toEqual(told(7));
	});

	it('asks for as many videos as it should, at all providers and in all ways', () => {
		const orders = planOrders(flows, 302, 7);
		expect(orders.flatMap(({ directives }) => directives)).toHaveLength(302);
		expect(new Set(orders.map(({ flow }) => flow))).toEqual(new Set(flows));
		expect(new Set(flows.map(({ provider }) => provider)).size).toBe(10);
	});

	it('gives odd ids to gateways only, whose ids have no form of their own', () => {
		const odd = planOrders(flows, 1000, 7).filter(({ directives }) => directives.some((directive) => directive.includes('id=odd')));
		expect(new Set(odd.map(({ flow }) => flow.provider))).toEqual(new Set(['openAi']));
	});
});

describe('the options of a chaos run', () => {
	it('are read, and what is no option is told', () => {
		expect(readOptions(['--jobs', '60', '--only', 'queue,soak', '--kill-every', '7'])).toEqual({ jobs: 60, seed: 1, only: ['queue', 'soak'], killEvery: 7, minutes: 30 });
		expect(() => readOptions(['--only', 'mysql'])).toThrow('--only takes sqlite, queue, soak, not mysql');
		expect(() => readOptions(['--jobs', 'many'])).toThrow('--jobs must be a number above 0, not many');
	});
});

describe('the growth of a process', () => {
	it('is told from its warm-up on', () => {
		const samples = [0, 1, 2, 3, 4].map((minutes) => ({ minutes, megabytes: minutes < 2 ? 100 * minutes : 300 + 0.5 * minutes }));
		expect(growthRow('worker', samples, 2)).toEqual(['worker', 5, '0', '301', '302', '0.50']);
	});
});

describe('the slope of a line through samples', () => {
	it('is exact on a line, and by least squares beside one', () => {
		expect(slope([0, 1, 2, 3].map((minutes) => ({ minutes, megabytes: 100 + 2.5 * minutes })))).toBeCloseTo(2.5);
		expect(slope([{ minutes: 0, megabytes: 0 }, { minutes: 1, megabytes: 3 }, { minutes: 2, megabytes: 3 }])).toBeCloseTo(1.5);
	});
});
