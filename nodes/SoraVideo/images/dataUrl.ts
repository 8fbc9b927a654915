/** The bytes of a Base64 data URL; null where the text is none, or its Base64 is not valid. */
export function readDataUrl(text: string): Buffer | null {
	const base64 = /^data:[^,]*;base64,([a-z\d+/]+={0,2})$/i.exec(text)?.[1];
	if (base64 === undefined) return null;
	const bytes = Buffer.from(base64, 'base64');
	// Node drops what it can't read: a good text comes back as it was, with its padding or without.
	const again = bytes.toString('base64');
	return again === base64 || again.replace(/=+$/, '') === base64 ? bytes : null;
}

/** Bytes as a Base64 data URL. */
export function toDataUrl(bytes: Buffer, mimeType: string): string {
	return `data:${mimeType};base64,${bytes.toString('base64')}`;
}
