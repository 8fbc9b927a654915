import { randomBytes } from 'node:crypto';

import type { ProviderForm } from '../../providers/Provider';

/** A name inside a part's header, as browsers write it: nothing in it can end the header. */
function quoted(name: string): string {
	const escapes: Readonly<Record<string, string>> = { '"': '%22', '\r': '%0D', '\n': '%0A' };
	return `"${name.replace(/["\r\n]/g, (character) => escapes[character] ?? '')}"`;
}

/**
 * A form as a `multipart/form-data` body (RFC 7578), ready for n8n's request helper.
 *
 * As bytes, with the type beside them: n8n reads the type off a `FormData` of its own package only,
 * which nodes can't import, and bytes have a length that can be told before they are sent.
 */
export function encodeForm({ fields, file }: ProviderForm): {
	body: Buffer;
	headers: Record<string, string>;
} {
	const boundary = `form-${randomBytes(24).toString('hex')}`;
	const part = (header: string, content: string | Buffer) => [
		Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; ${header}\r\n\r\n`),
		Buffer.from(content),
		Buffer.from('\r\n'),
	];
	const parts = Object.entries(fields).map(([name, value]) => part(`name=${quoted(name)}`, value));
	if (file) {
		const names = `name=${quoted(file.field)}; filename=${quoted(file.fileName)}`;
		const type = file.mimeType.replace(/[\r\n]/g, '');
		parts.push(part(`${names}\r\nContent-Type: ${type}`, Buffer.from(file.base64, 'base64')));
	}
	return {
		body: Buffer.concat([...parts.flat(), Buffer.from(`--${boundary}--\r\n`)]),
		headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
	};
}
