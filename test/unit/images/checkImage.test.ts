import { mediaOf } from '../../../nodes/SoraVideo/images/media';
import sharp from 'sharp';

import { checkImage, type SeenImage } from '../../../nodes/SoraVideo/images/checkImage';
import { resizeAdvice } from '../../../nodes/SoraVideo/images/resizeAdvice';
import { fieldOf } from '../../../nodes/SoraVideo/models/Model';
import { aimlApi } from '../../../nodes/SoraVideo/providers/aimlApi';
import { evoLink } from '../../../nodes/SoraVideo/providers/evoLink';
import { vtrix } from '../../../nodes/SoraVideo/providers/vtrix';
import type { Provider } from '../../../nodes/SoraVideo/providers/Provider';
import type { VideoRequest } from '../../../nodes/SoraVideo/job/VideoRequest';
import { aRequest, imageLink, modelOf } from '../fixtures';

const binary = { source: 'binary', property: 'data' } as const;
const url = { source: 'url', url: imageLink } as const;

function aPicture(width: number, height: number, changes: Partial<{ orientation: number; bytes: number | null; isCutOff: boolean }> = {}): SeenImage {
	const { orientation = 1, bytes = 100_000, isCutOff = false } = changes;
	return { head: { kind: 'image', type: 'jpeg', width, height, orientation }, bytes, isCutOff };
}

const shape = { aspectRatio: '16:9', resolution: '720p' };
const pro: Partial<VideoRequest> = { ...shape, model: 'openai/sora-2-pro-i2v', firstFrame: binary };
const check = (changes: Partial<VideoRequest>, seen: SeenImage, provider: Provider = aimlApi) => {
	const request = aRequest(changes);
	const [medium] = mediaOf(request);
	return medium ? checkImage(provider, modelOf(provider, request.model), request, medium, seen) : [];
};

describe('checkImage: pixels', () => {
	it.each([
		['16:9', '720p', 1280, 720],
		['9:16', '720p', 720, 1280],
		['16:9', '1080p', 1792, 1024],
		['9:16', '1080p', 1024, 1792],
	] as const)('%s in %s needs %i x %i, and nothing else', (aspectRatio, resolution, width, height) => {
		const request = { ...pro, aspectRatio, resolution };
		expect(check(request, aPicture(width, height))).toEqual([]);
		for (const [w, h] of [[width + 1, height], [width, height - 1], [height, width], [800, 600]] as const) {
			const [problem = '', ...more] = check(request, aPicture(w, h));
			expect(more).toEqual([]);
			for (const part of [`${w}x${h} pixels`, `exactly ${width}x${height}`, `Width ${width}`, `Height ${height}`, 'Edit Image']) expect(problem).toContain(part);
		}
	});

	it.each([
		['vtrix sora_2_i2v', vtrix, 'sora_2_i2v', 1],
		['vtrix sora_2_pro_i2v', vtrix, 'sora_2_pro_i2v', 1],
		['aimlApi sora-2-i2v', aimlApi, 'openai/sora-2-i2v', 1],
		// EvoLink's pages ask for no size, and nobody knows what a model outside the tables asks for.
		['evoLink', evoLink, 'sora-2-pro-preview', 1],
		['evoLink, a beta model of other lengths', evoLink, 'sora-2-beta-max', 0],
		['evoLink, unlisted', evoLink, 'veo-9', 0],
		['aimlApi, unlisted', aimlApi, 'kling/v9', 0],
	] as const)('%s', (_name, provider, model, count) => {
		expect(check({ model, firstFrame: binary }, aPicture(800, 600), provider)).toHaveLength(count);
	});

	it.each([
		{ resolution: '1080p' },
		{ resolution: null },
		{ aspect_ratio: '1:1' },
		{ model: 'kling/v9' },
		{ image_url: 'https://example.com/another.png' },
	])('are left to the user with Additional Body %j', (additionalBody) => {
		expect(check({ ...pro, additionalBody }, aPicture(800, 600))).toEqual([]);
		expect(check({ ...pro, additionalBody: { seed: 7 } }, aPicture(800, 600))).toHaveLength(1);
	});

	it('that fit another video of the model name the fields to change', () => {
		expect(check(pro, aPicture(720, 1280)).join()).toContain('set Aspect Ratio to 9:16, or');
		expect(check(pro, aPicture(1024, 1792)).join()).toContain('set Aspect Ratio to 9:16 and Resolution to 1080p, or');
		expect(check(pro, aPicture(1792, 1024)).join()).toContain('set Resolution to 1080p, or');
		expect(check({ ...pro, model: 'openai/sora-2-i2v' }, aPicture(1792, 1024)).join()).not.toContain('set Resolution');
	});

	it('a photo turned by a quarter is refused whichever way its size fits; other turns are none', () => {
		for (const orientation of [5, 6, 7, 8]) {
			for (const [width, height] of [[1280, 720], [720, 1280]] as const) {
				const [problem = ''] = check(pro, aPicture(width, height, { orientation }));
				for (const part of ['EXIF', `stored as ${width}x${height}`, `shown as ${height}x${width}`, 'save it upright as 1280x720', 'Edit Image']) {
					expect(problem).toContain(part);
				}
			}
		}
		for (const orientation of [1, 2, 3, 4]) expect(check(pro, aPicture(1280, 720, { orientation }))).toEqual([]);
	});

	it('tell how to get at the picture, by where it comes from', () => {
		expect(check({ ...pro, firstFrame: url }, aPicture(8, 8)).join()).toMatch(/HTTP Request.*Edit Image.*Binary Data/);
		expect(check({ ...pro, firstFrame: { source: 'url', url: 'data:image/png;base64,AA==' } }, aPicture(8, 8)).join()).toMatch(/Convert to File.*Edit Image.*Binary Data/);
		expect(check(pro, aPicture(8, 8)).join()).not.toMatch(/HTTP Request|Binary Data/);
	});
});

describe('checkImage: type', () => {
	const other = (what: string, isPicture: boolean): SeenImage => ({ head: { kind: 'other', what, isPicture }, bytes: 10, isCutOff: false });

	it.each([aimlApi, vtrix, evoLink])('$displayName: another type is named', (provider) => {
		const model = provider.models.find((each) => fieldOf(each, 'firstFrame'))?.id ?? '';
		const [problem = ''] = check({ model, firstFrame: binary }, other('a GIF', true), provider);
		expect(problem).toMatch(/is a GIF: .*JPEG, PNG or WebP.*Image Check/);
		expect(check({ model: 'unlisted', firstFrame: binary }, other('a GIF', true), provider)).toEqual([]);
		expect(check({ model: 'unlisted', firstFrame: binary }, other('a PDF', false), provider)).toHaveLength(1);
	});

	it('a broken picture and one that breaks off are told apart from whole ones', () => {
		const broken: SeenImage = { head: { kind: 'broken', type: 'png', why: 'is cut off' }, bytes: 30, isCutOff: false };
		expect(check(pro, broken)).toEqual([expect.stringContaining('the image is cut off: ')]);
		expect(check(pro, aPicture(1280, 720, { isCutOff: true }))).toEqual([expect.stringContaining('breaks off')]);
	});
});

describe('checkImage: bytes', () => {
	const limit = 10 * 1024 * 1024;
	it('EvoLink takes 10 MB and not a byte more', () => {
		const request = { model: 'sora-2-preview', aspectRatio: '16:9', firstFrame: binary };
		expect(check(request, aPicture(1280, 720, { bytes: limit }), evoLink)).toEqual([]);
		expect(check(request, aPicture(1280, 720, { bytes: null }), evoLink)).toEqual([]);
		expect(check(request, aPicture(1280, 720, { bytes: limit + 1 }), evoLink)).toEqual([expect.stringMatching(/10.01 MB.*at most 10 MB: .*Edit Image/)]);
	});

	it('where no limit is documented there is none', () => {
		expect(check(pro, aPicture(1280, 720, { bytes: 1e9 }))).toEqual([]);
	});
});

describe('resizeAdvice', () => {
	const sizes = [[1280, 720], [720, 1280], [1792, 1024], [1024, 1792]] as const;
	const photos = [[1, 1], [640, 480], [1920, 1080], [403, 303], [1279, 719], [300, 100], [1024, 1792]] as const;

	it('followed to the letter, it gives exactly the size of the video', async () => {
		for (const [width, height] of photos) {
			for (const [toWidth, toHeight] of sizes) {
				const advice = resizeAdvice({ width, height }, { width: toWidth, height: toHeight });
				const data = sharp({ create: { width, height, channels: 3, background: 'red' } });
				const numbers = [...advice.matchAll(/\d+/g)].map(Number);
				if (advice.includes('Multi Step')) {
					const [w = 0, h = 0, cropWidth = 0, cropHeight = 0, left = 0, top = 0] = numbers;
					expect([w, h, cropWidth, cropHeight]).toEqual([toWidth, toHeight, toWidth, toHeight]);
					const { info } = await data.resize(w, h, { fit: 'outside' }).raw().toBuffer({ resolveWithObject: true });
					const { width: fullWidth, height: fullHeight } = info;
					expect(left + cropWidth).toBeLessThanOrEqual(fullWidth);
					expect(top + cropHeight).toBeLessThanOrEqual(fullHeight);
					// The middle is kept: as much goes on either side.
					expect(Math.abs(fullWidth - cropWidth - 2 * left)).toBeLessThanOrEqual(2);
					expect(Math.abs(fullHeight - cropHeight - 2 * top)).toBeLessThanOrEqual(2);
				} else {
					expect(numbers).toEqual([toWidth, toHeight]);
					expect(Math.abs(width / height / (toWidth / toHeight) - 1)).toBeLessThan(0.05);
				}
			}
		}
	});

	it('uses the words of the Edit Image node', () => {
		expect(resizeAdvice({ width: 1920, height: 1080 }, { width: 1280, height: 720 })).toBe('Operation Resize with Width 1280, Height 720 and Option "Ignore Aspect Ratio"');
		expect(resizeAdvice({ width: 640, height: 480 }, { width: 1280, height: 720 })).toBe(
			'Operation Multi Step: Resize with Width 1280, Height 720 and Option "Minimum Area", then Crop with Width 1280, Height 720, Position X 0 and Position Y 120',
		);
	});
});
