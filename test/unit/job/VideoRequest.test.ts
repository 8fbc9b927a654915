import { pixelSize } from '../../../nodes/SoraVideo/job/VideoRequest';

describe('pixelSize: the supported configurations of AI/ML API', () => {
	it.each([
		['720p', '16:9', '1280x720'],
		['720p', '9:16', '720x1280'],
		['1080p', '16:9', '1792x1024'],
		['1080p', '9:16', '1024x1792'],
	] as const)('%s %s is %s', (resolution, aspectRatio, size) => {
		expect(pixelSize(aspectRatio, resolution)).toBe(size);
		expect(pixelSize(aspectRatio, resolution)).toBe(size);
	});
});
