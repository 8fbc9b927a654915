import { fit } from '../../../../nodes/SoraVideo/models/fitting/fit';
import { readTable } from '../../../../nodes/SoraVideo/models/readers/readTable';
import { aRequest } from '../../fixtures';

const problemsOf = (line: string, changes: object) => fit(readTable(line, 'a/model'), aRequest({ model: 'a/model', ...changes })).problems;

describe('lines of a table', () => {
	it('a stroke stands between kinds of request, of which any one goes', () => {
		const line = 'prompt!:text duration:int task!:text / prompt!:text video_url!:url';
		const references = [{ kind: 'video', source: 'url', url: 'https://example.com/a.mp4' } as const];
		expect(problemsOf(line, { references })).toEqual([]);
		expect(problemsOf(line, { modelFields: { task: 'a' }, duration: 5 })).toEqual([]);
		expect(problemsOf(line, {})).toHaveLength(1);
		expect(problemsOf(line, { references, duration: 5 }).join()).not.toBe('');
	});

	it('a row may begin below zero', () => {
		expect(problemsOf('prompt!:text seed=-1:number-1..9', { seed: -1 })).toEqual([]);
		for (const seed of [-2, 10]) expect(problemsOf('prompt!:text seed=-1:number-1..9', { seed })).toHaveLength(1);
	});

	it('a list of objects is for Model Fields, though its name is that of a role', () => {
		const { fields } = readTable('prompt!:text video_list:objects..2 videos:urls', 'a/model');
		expect(fields.map(({ name, role }) => [name, role])).toEqual([['prompt', 'prompt'], ['video_list', null], ['videos', 'referenceVideos']]);
		expect(problemsOf('prompt!:text video_list:objects..2', { modelFields: { video_list: [{}, {}, {}] } })).toHaveLength(1);
	});

	it('a field can be made needless by what another is by itself', () => {
		const model = { ...readTable('prompt!:text many!=false:bool parts!:objects', 'a/model'), rules: [{ kind: 'optionalWhere', field: 'many', is: false, optional: 'parts' } as const] };
		const ask = (modelFields: object) => fit(model, aRequest({ model: 'a/model', modelFields: { ...modelFields } }));
		expect(ask({})).toMatchObject({ problems: [], body: { many: false } });
		expect(ask({ many: false }).problems).toEqual([]);
		expect(ask({ many: true }).problems).toHaveLength(1);
	});
});
