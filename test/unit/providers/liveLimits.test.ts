import { aimlApi } from '../../../nodes/SoraVideo/providers/aimlApi';
import { checkRequest } from '../../../nodes/SoraVideo/models/checkRequest';
import type { ModelLimits } from '../../../nodes/SoraVideo/providers/Provider';
import { aRequest, imageLink } from '../fixtures';

const image = { source: 'url', url: imageLink } as const;
const check = (limits: ModelLimits | null, changes: Parameters<typeof aRequest>[0] = {}) =>
	checkRequest(aimlApi, aRequest({ model: 'google/veo-3.1', ...changes }), limits);

describe('checkRequest: limits that a live list states', () => {
	it.each<[string, ModelLimits | null]>([
		['none is known', null],
		['none is stated', {}],
		['the fields are not taken at all', { durations: [], resolutions: [], aspectRatios: [] }],
		['it is within them', { durations: [4, 6], resolutions: ['720p'], aspectRatios: ['16:9', '1:1'], image: 'optional' }],
	])('nothing is wrong where %s', (_name, limits) => {
		expect(check(limits, { duration: 4, image })).toEqual([]);
	});

	it.each<[string, ModelLimits, string]>([
		['duration', { durations: [6, 8] }, 'google/veo-3.1 makes videos of 6 or 8 seconds, not 4: change Duration'],
		['resolution', { resolutions: ['1080p', '4K'] }, 'google/veo-3.1 makes videos in 1080p or 4K, not 720p: change Resolution'],
		['aspect ratio', { aspectRatios: ['9:16'] }, 'google/veo-3.1 makes videos in 9:16, not 16:9: change Aspect Ratio'],
		['a resolution that the node does not offer', { resolutions: ['480p'] }, 'google/veo-3.1 makes videos in 480p, not 720p: set one of them in Options > Additional Body'],
		['an aspect ratio that the node does not offer', { aspectRatios: ['1:1'] }, 'google/veo-3.1 makes videos in 1:1, not 16:9: set one of them in Options > Additional Body'],
	])('%s', (_name, limits, problem) => {
		expect(check(limits)).toEqual([problem]);
	});

	it('a picture', () => {
		expect(check({ image: 'refused' }, { image })).toEqual([expect.stringContaining('takes no reference image')]);
	});

	it('all at once', () => {
		expect(check({ durations: [6], resolutions: ['4K'], aspectRatios: ['1:1'] })).toHaveLength(3);
	});

	it('what Additional Body replaces is not judged', () => {
		const limits = { durations: [6], resolutions: ['480p'], aspectRatios: ['1:1'] };
		const additionalBody = { duration: 6, resolution: '480p', aspect_ratio: '1:1' };
		expect(check(limits, { additionalBody })).toEqual([]);
	});

	it("a known model's own limits go before", () => {
		expect(checkRequest(aimlApi, aRequest({ model: 'openai/sora-2-t2v', duration: 4 }), { durations: [99] })).toEqual([]);
	});
});
