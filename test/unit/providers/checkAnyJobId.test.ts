import { checkAnyJobId } from '../../../nodes/SoraVideo/providers/checkAnyJobId';
import { awkwardIds } from './documentedModels';

describe('checkAnyJobId', () => {
	it.each(awkwardIds)('%s can stand in an id', (_name, id) => {
		expect(checkAnyJobId('Vtrix', id)).toBeNull();
	});

	it.each(['...', '.a', 'a.', '..a', 'd2f1a6b0'])('"%s" can be an id', (id) => {
		expect(checkAnyJobId('Vtrix', id)).toBeNull();
	});

	it.each([
		['a dot', '.'],
		['two dots', '..'],
		['first half of a surrogate pair', 'a\ud83cb'],
		['second half of a surrogate pair', 'a\udfac'],
	])('%s is none', (_name, id) => {
		expect(checkAnyJobId('Vtrix', id)).toContain('Vtrix');
	});
});
