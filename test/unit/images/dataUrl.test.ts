import { readDataUrl, toDataUrl } from '../../../nodes/SoraVideo/images/dataUrl';

const text = (url: string) => readDataUrl(url)?.toString() ?? null;

it.each([
	['data:image/png;base64,Ym9hdA==', 'boat'],
	['data:image/png;base64,Ym9hdA', 'boat'],
	['data:;base64,Ym9hdA==', 'boat'],
	['DATA:image/png;name=a.png;BASE64,Ym9hdA==', 'boat'],
	['data:image/png;base64,Ym9h\r\n dA==\n', 'boat'],
])('%s is read', (url, bytes) => {
	expect(text(url)).toBe(bytes);
});

it.each([
	['https://example.com/a.png'],
	['data:image/png;base64,'],
	['data:image/png;base64,Ym9hdA==!'],
	['data:image/png,boat'],
	['Ym9hdA=='],
	[`data:${'x'.repeat(300)};base64,Ym9hdA==`],
	[`data:image/png;base64,Ym9hdA${'='.repeat(500_000)}a`],
])('%s is none', (url) => {
	expect(text(url)).toBeNull();
});

it('a picture of 30 MB is read', () => {
	const bytes = Buffer.alloc(30_000_000, 7);
	expect(readDataUrl(toDataUrl(bytes, 'image/png'))?.equals(bytes)).toBe(true);
});
