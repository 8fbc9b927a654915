/** Two signs are the most that Base64 is padded with. A pattern for any number would look at a long row of them again from each. */
function withoutPadding(base64: string): string {
	return base64.replace(/={1,2}$/, '');
}

/**
 * The bytes of a Base64 data URL, with or without a type, line breaks in it or not; null where the text
 * is none, or its Base64 is not valid. Only its beginning meets a pattern: one over megabytes overflows
 * the stack.
 */
export function readDataUrl(text: string): Buffer | null {
	const comma = text.indexOf(',');
	if (comma < 0 || comma > 200 || !/^data:[^,]*;base64$/i.test(text.slice(0, comma).trim())) return null;
	const base64 = text.slice(comma + 1).replace(/\s+/g, '');
	const bytes = Buffer.from(base64, 'base64');
	// Node drops what it can't read: a good text comes back as it was, with its padding or without.
	const again = bytes.toString('base64');
	return base64 !== '' && withoutPadding(again) === withoutPadding(base64) ? bytes : null;
}

/** Bytes as a Base64 data URL. */
export function toDataUrl(bytes: Buffer, mimeType: string): string {
	return `data:${mimeType};base64,${bytes.toString('base64')}`;
}
