import { offer, ownFields } from '../../../nodes/SoraVideo/models/panel';
import { readTable } from '../../../nodes/SoraVideo/models/readers/readTable';
import { openAi } from '../../../nodes/SoraVideo/providers/openAi';
import { modelOf } from '../fixtures';

const of = (line: string) => readTable(line, 'a/model');

describe('offer', () => {
	it.each<[string, string, Parameters<typeof offer>[1], unknown]>([
		['values, as the model spells them', 'duration:4s|8s*', 'duration', { values: ['4s', '8s'], byDefault: '8s' }],
		['a row of seconds', 'duration=5:3..7', 'duration', { values: [3, 4, 5, 6, 7], byDefault: 5 }],
		['a row, and what else goes', 'duration:-1|28..30', 'duration', { values: [-1, 28, 29, 30], byDefault: null }],
		['limits of too many', 'duration:1..600', 'duration', { values: [], byDefault: null, min: 1, max: 600 }],
		['limits of parts of seconds', 'duration:number2..15', 'duration', { values: [], byDefault: null, min: 2, max: 15 }],
		['nothing of what nobody limits', 'quality=720p:text', 'resolution', { values: [], byDefault: '720p' }],
		['nothing where there is no field', 'prompt:text', 'resolution', null],
		['the shapes of sizes', 'size:1280x720|720x1280*|1792x1024', 'aspectRatio', { values: ['16:9', '9:16'], byDefault: '9:16' }],
		['the resolutions of sizes', 'size:1280x720|720x1280*|1792x1024', 'resolution', { values: ['720p', '1080p'], byDefault: '720p' }],
		['no seconds of sizes', 'size:1280x720', 'duration', null],
	])('%s', (_name, line, role, expected) => {
		expect(offer(of(line), role)).toEqual(expected);
	});

	it("what is offered of OpenAI's Sora", () => {
		const sora = modelOf(openAi, 'sora-2-pro');
		expect(offer(sora, 'duration')?.values).toEqual(['4', '8', '12', '16', '20']);
		expect(offer(sora, 'resolution')?.values).toEqual(['720p', '1080p']);
	});
});

it('ownFields: those without a role, needed ones first, else in their order', () => {
	const model = of('prompt!:text style:a|b seed:int task!:x|y camera.type:in|out');
	expect(ownFields(model).map(({ name }) => name)).toEqual(['task', 'style', 'camera.type']);
});
