import fc from 'fast-check';

import { encodeForm } from '../../../../nodes/SoraVideo/transport/http/encodeForm';

async function decode({ body, headers }: ReturnType<typeof encodeForm>): Promise<FormData> {
	return await new Response(new Uint8Array(body), { headers }).formData();
}

const file = { field: 'input_reference', fileName: 'image.png', mimeType: 'image/png' };

it('any fields and any bytes come out as they went in', async () => {
	const name = fc.string({ minLength: 1 }).filter((text) => !/[\r\n"]/.test(text) && text !== file.field);
	await fc.assert(
		fc.asyncProperty(fc.dictionary(name, fc.string({ unit: 'grapheme' })), fc.uint8Array(), async (fields, bytes) => {
			const form = await decode(encodeForm({ fields, file: { ...file, base64: Buffer.from(bytes).toString('base64') } }));
			for (const [field, value] of Object.entries(fields)) expect(form.get(field)).toBe(value);
			const sent = form.get(file.field);
			if (!(sent instanceof File)) throw new Error('no file');
			expect(Buffer.from(await sent.arrayBuffer()).equals(Buffer.from(bytes))).toBe(true);
		}),
		{ seed: 20261120, numRuns: 300 },
	);
});

it('no name and no type can end the header that it stands in', async () => {
	const evil = 'a"\r\nX-Evil: 1\r\n\r\nb';
	const form = encodeForm({ fields: { [evil]: 'c' }, file: { ...file, fileName: evil, mimeType: `image/png\r\nX-Evil: 1`, base64: '' } });
	expect(form.body.toString()).not.toMatch(/^X-Evil/m);
	expect((await decode(form)).get(evil)).toBe('c');
});

it('each form has a boundary of its own', () => {
	const [first, second] = [1, 2].map(() => encodeForm({ fields: {} }).headers['content-type']);
	expect(first).toMatch(/^multipart\/form-data; boundary=\S{40,70}$/);
	expect(first).not.toBe(second);
});
