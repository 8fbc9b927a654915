import { findSize, ratioOfSize, resolutionOfSize, soraPixels } from '../../../../nodes/SoraVideo/models/fitting/sizes';
import { readTable } from '../../../../nodes/SoraVideo/models/readers/readTable';
import { fieldOf } from '../../../../nodes/SoraVideo/models/Model';
import { aimlApi } from '../../../../nodes/SoraVideo/providers/aimlApi';
import { openAi } from '../../../../nodes/SoraVideo/providers/openAi';
import { modelOf } from '../../fixtures';

describe('soraPixels: the supported configurations of AI/ML API', () => {
	it.each([
		['720p', '16:9', '1280x720'],
		['720p', '9:16', '720x1280'],
		['1080p', '16:9', '1792x1024'],
		['1080p', '9:16', '1024x1792'],
	] as const)('%s %s is %s', (resolution, aspectRatio, size) => {
		for (const model of [modelOf(aimlApi, 'openai/sora-2-pro-i2v'), modelOf(openAi, 'sora-2-pro')]) {
			const { width, height } = soraPixels(model, { aspectRatio, resolution }) ?? {};
			expect(`${width}x${height}`).toBe(size);
		}
	});

	it('what is left alone is the default of the model, as its page has it', () => {
		const left = { aspectRatio: null, resolution: null };
		expect(soraPixels(modelOf(aimlApi, 'openai/sora-2-pro-i2v'), left)).toEqual({ width: 1792, height: 1024 });
		expect(soraPixels(modelOf(openAi, 'sora-2'), left)).toEqual({ width: 720, height: 1280 });
	});

	it.each([['1:1', '720p'], ['16:9', '4k'], ['wide', null]])('%s in %s is none that Sora makes', (aspectRatio, resolution) => {
		expect(soraPixels(modelOf(aimlApi, 'openai/sora-2-pro-i2v'), { aspectRatio, resolution })).toBeNull();
	});
});

describe('findSize', () => {
	const sizeField = (line: string) => {
		const field = fieldOf(readTable(line, 'a'), 'size');
		if (!field) throw new Error('it has a size');
		return field;
	};
	const runway = sizeField('frame_size:1280:720*|720:1280|1104:832|832:1104|960:960|1584:672|848:480|640:480');

	it.each([
		['16:9', null, '1280:720'],
		['9:16', null, '720:1280'],
		['1:1', null, '960:960'],
		['21:9', null, '1584:672'],
		[null, '480p', '848:480'],
		[null, '640x480', '640:480'],
		['16:9', '720p', '1280:720'],
		['16:9', '480p', '848:480'],
		['9:16', '1080p', undefined],
		['2:1', null, undefined],
		['nonsense', null, undefined],
		[null, 'nonsense', undefined],
	])('%s in %s is %s', (aspectRatio, resolution, size) => {
		expect(findSize(runway, { aspectRatio, resolution })).toBe(size);
	});

	it.each([
		['16:9', '1080p', '1920x1080'],
		['9:16', '720p', '720x1280'],
		['1:1', null, '720x720'],
		[null, '4k', '3840x2160'],
		[null, '640x360', '640x360'],
	])('a model that tells no sizes gets one of %s in %s: %s', (aspectRatio, resolution, size) => {
		expect(findSize({ ...runway, values: undefined, default: undefined }, { aspectRatio, resolution })).toBe(size);
	});
});

it.each([
	[1280, 720, '16:9', '720p'],
	[1792, 1024, '16:9', '1080p'],
	[832, 1104, '3:4', '768p'],
	[960, 960, '1:1', '1080p'],
])('%i x %i goes by %s and %s', (width, height, ratio, resolution) => {
	expect([ratioOfSize({ width, height }), resolutionOfSize({ width, height })]).toEqual([ratio, resolution]);
});
