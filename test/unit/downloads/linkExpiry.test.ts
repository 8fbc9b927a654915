import { readLinkExpiry } from '../../../nodes/SoraVideo/downloads/linkExpiry';

const noon = Date.UTC(2026, 10, 26, 12);

describe('readLinkExpiry', () => {
	it.each([
		['CloudFront, Amazon S3 version 2', `https://d1.cloudfront.net/v.mp4?Expires=${noon / 1000}&Signature=x`],
		['Amazon S3 version 4', 'https://b.s3.amazonaws.com/v.mp4?X-Amz-Date=20261126T110000Z&X-Amz-Expires=3600&X-Amz-Signature=x'],
		['Google Cloud Storage', 'https://storage.googleapis.com/b/v.mp4?X-Goog-Date=20261126T110000Z&X-Goog-Expires=3600'],
		['Azure Blob Storage', 'https://a.blob.core.windows.net/c/v.mp4?se=2026-11-26T12%3A00%3A00Z&sig=x'],
	])('%s', (_name, link) => {
		expect(readLinkExpiry(link)).toBe(noon);
	});

	it.each(['https://a.example/v.mp4', 'https://a.example/v.mp4?Expires=soon', 'https://a.example/v.mp4?X-Amz-Expires=60', 'https://a.example/v.mp4?se=2026-11-26', 'no link'])('%s says nothing', (link) => {
		expect(readLinkExpiry(link)).toBeNull();
	});
});
