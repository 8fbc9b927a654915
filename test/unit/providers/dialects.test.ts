import { SoraVideoOpenAiApi } from '../../../credentials/SoraVideoOpenAiApi.credentials';
import { adviseDialect, applyDialect, dialects } from '../../../nodes/SoraVideo/providers/dialects';
import { openAi } from '../../../nodes/SoraVideo/providers/openAi';
import type { ProviderRequest } from '../../../nodes/SoraVideo/providers/Provider';
import { createRequest, imageLink } from '../fixtures';

const dataUrl = `data:image/png;base64,${Buffer.from('picture').toString('base64')}`;
const file = { field: 'input_reference', fileName: 'image.png', mimeType: 'image/png', base64: Buffer.from('picture').toString('base64') };
const additionalBody = { metadata: { watermark: false }, n: 2, size: null, flag: true };
const fields = { model: 'wan-2.6', prompt: 'A cat playing piano', seconds: '5' };
const more = { metadata: { watermark: false }, n: 2, flag: true };
const moreAsText = { metadata: '{"watermark":false}', n: '2', flag: 'true' };

function written(dialect: string | null, imageUrl: string | null): ProviderRequest {
	return applyDialect(createRequest(openAi, { model: 'wan-2.6', duration: 5, additionalBody }, imageUrl), dialect);
}

describe('applyDialect', () => {
	it.each([null, 'automatic', 'unheard-of'])('%s is the way of OpenAI', (dialect) => {
		expect(written(dialect, null)).toMatchObject({ body: { ...fields, ...more } });
		expect(written(dialect, imageLink).body).toMatchObject({ input_reference: { image_url: imageLink } });
		expect(written(dialect, dataUrl)).toEqual({
			method: 'POST',
			base: 'baseUrl',
			path: '/videos',
			form: { fields: { ...fields, ...moreAsText }, file },
		});
	});

	it('jsonObject never makes a form', () => {
		expect(written('jsonObject', dataUrl).body).toMatchObject({ ...more, input_reference: { image_url: dataUrl } });
		expect(written('jsonObject', dataUrl).form).toBeUndefined();
	});

	it.each([null, imageLink, dataUrl])('jsonText has the picture as text: %#', (picture) => {
		const { body, form } = written('jsonText', picture);
		expect(form).toBeUndefined();
		expect(body).toEqual({ ...fields, ...more, ...(picture !== null && { input_reference: picture }) });
	});

	it('jsonTextNumber has the seconds as a number besides', () => {
		expect(written('jsonTextNumber', imageLink).body).toMatchObject({ seconds: 5, input_reference: imageLink });
	});

	it('multipart is a form with and without a picture', () => {
		expect(written('multipart', null)).toMatchObject({ form: { fields: { ...fields, ...moreAsText } } });
		expect(written('multipart', dataUrl).form).toEqual({ fields: { ...fields, ...moreAsText }, file });
		expect(written('multipart', imageLink).form?.fields).toMatchObject({
			...fields,
			'input_reference[image_url]': imageLink,
			image_reference: JSON.stringify({ image_url: imageLink }),
		});
		expect(written('multipart', null).body).toBeUndefined();
	});

	it.each(Object.keys(dialects))('%s leaves what is no create as it is', (dialect) => {
		const remix = createRequest(openAi, { remixOf: 'video_1' });
		expect(applyDialect(remix, dialect)).toBe(remix);
		const status = openAi.writeStatus('video_1');
		expect(applyDialect(status, dialect)).toBe(status);
	});
});

describe('the credential', () => {
	it('offers every dialect, by the names that refusals use', () => {
		const field = new SoraVideoOpenAiApi().properties.find(({ name }) => name === 'dialect');
		const offered = field?.options?.map((option) => ('value' in option ? [option.value, option.name] : []));
		expect(offered).toEqual(Object.entries(dialects).map(([value, { name }]) => [value, name]));
		expect(field?.default).toBe('automatic');
	});
});

describe('adviseDialect', () => {
	const json: ProviderRequest = { method: 'POST', base: 'baseUrl', path: '/videos', body: {} };
	const form: ProviderRequest = { method: 'POST', base: 'baseUrl', path: '/videos', form: { fields: {} } };

	it.each<[string, string, ProviderRequest, keyof typeof dialects | null]>([
		['new-api', 'json: cannot unmarshal object into Go struct field TaskSubmitReq.input_reference of type string', json, 'jsonText'],
		['SGLang', "Invalid request body: 1 validation error for VideoGenerationsRequest\ninput_reference\n  Input should be a valid string [type=string_type, input_value={'image_url': 'x'}, input_type=dict]", json, 'jsonText'],
		['vLLM-omni', 'body.prompt: Field required', json, 'multipart'],
		['LaoZhang', 'request Content-Type isn\'t multipart/form-data', json, 'multipart'],
		['Dynamo', 'seconds: invalid type: string "8", expected i32', json, 'jsonTextNumber'],
		['OpenAI', "Invalid type for 'input_reference': expected an object, but got a string instead.", json, 'automatic'],
		['a Go server that reads JSON only', "invalid character '-' in numeric literal", form, 'jsonText'],
		['a missing prompt in a form is only that', 'body.prompt: Field required', form, null],
		['moderation', 'Your request was blocked by our moderation system', json, null],
		['a picture of another size', 'Inpaint image must match the requested width and height', form, null],
	])('%s: %s', (_who, message, request, dialect) => {
		const advice = adviseDialect(request, { code: null, message }, 'OpenAI-Compatible API');
		if (dialect === null) expect(advice).toBeNull();
		else expect(advice).toContain(`set Dialect to "${dialects[dialect].name}"`);
	});
});
