const pixels: Record<string, [long: number, short: number]> = { '360p': [640, 360], '1080p': [1920, 1080], '4k': [3840, 2160] };

/** As a body asks for it in words; 720p and landscape where it doesn't. */
export function videoSize({ resolution, aspect_ratio: ratio }: Record<string, unknown>): string {
	const [long, short] = pixels[String(resolution)] ?? [1280, 720];
	return ratio === '9:16' ? `${short}x${long}` : `${long}x${short}`;
}
