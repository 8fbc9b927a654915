import type { IDataObject } from 'n8n-workflow';

import type { ProviderComplaint } from '../job/failure';
import { objectAt, readNumber, readText, showValue } from '../job/read';
import type { ProviderForm, ProviderRequest } from './Provider';

/** What a dialect does with the request of OpenAI's form, whose picture is an object with a link or data URL. */
interface Dialect {
	/** As the credential's list names it. */
	name: string;
	/** Which requests go as `multipart/form-data`. */
	form: 'never' | 'always' | 'withFile';
	/** How the picture stands in a JSON request. */
	picture: 'object' | 'text';
	/** Whether a JSON request has the seconds as a number. */
	numberedSeconds?: true;
}

/** The values of the credential's field `dialect`; each names who wants it so. */
export const dialects = {
	// OpenAI, LiteLLM: a file in a form, or an object with a link.
	automatic: { name: 'Automatic', form: 'withFile', picture: 'object' },
	// Gateways that read JSON only, in OpenAI's form.
	jsonObject: { name: 'JSON, Picture as Object', form: 'never', picture: 'object' },
	// new-api's `TaskSubmitReq.InputReference`, SGLang's `VideoGenerationsRequest`, Bifrost's
	// `VideoGenerationInput`: text, which is a link or a data URL.
	jsonText: { name: 'JSON, Picture as Text', form: 'never', picture: 'text' },
	// NVIDIA Dynamo: `seconds` is an i32 besides.
	jsonTextNumber: { name: 'JSON, Picture as Text, Seconds as Number', form: 'never', picture: 'text', numberedSeconds: true },
	// vLLM-omni's `create_video` has form fields only; LaoZhang and agicto document the same.
	multipart: { name: 'Multipart Form Always', form: 'always', picture: 'object' },
} satisfies Record<string, Dialect>;

function isDialect(name: string): name is keyof typeof dialects {
	return Object.hasOwn(dialects, name);
}

function dialectOf(name: string | null): Dialect {
	return name !== null && isDialect(name) ? dialects[name] : dialects.automatic;
}

/** A data URL as a file of a form. */
function fileOf(dataUrl: string): ProviderForm['file'] {
	const [, mimeType = 'image/png', base64 = ''] = /^data:([^;,]+)(?:;[^,]*)?,(.*)$/s.exec(dataUrl) ?? [];
	const fileName = `image.${mimeType.split('/')[1] ?? 'png'}`;
	return { field: 'input_reference', fileName, mimeType, base64 };
}

function formOf(fields: IDataObject, picture: string | null): ProviderForm {
	const texts = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, showValue(value)]));
	if (picture === null) return { fields: texts };
	if (picture.startsWith('data:')) return { fields: texts, file: fileOf(picture) };
	return {
		fields: {
			...texts,
			// OpenAI's own client writes an object's field so, vLLM-omni takes the object as JSON.
			'input_reference[image_url]': picture,
			image_reference: JSON.stringify({ image_url: picture }),
		},
	};
}

/**
 * Writes a create request of OpenAI's form in another dialect.
 *
 * @param request Its body has the picture as `input_reference: { image_url }`, a link or a data URL. Other
 * requests come back as they are.
 * @param name The credential's field; null and unknown ones are OpenAI's own way.
 */
export function applyDialect(request: ProviderRequest, name: string | null): ProviderRequest {
	const { body, ...others } = request;
	if (request.method !== 'POST' || request.path !== '/videos' || body === undefined) return request;
	const { form, picture: way, numberedSeconds } = dialectOf(name);
	const { input_reference: reference, ...fields } = body;
	const picture = readText(objectAt(reference).image_url);
	const isFile = picture?.startsWith('data:') ?? false;
	if (form === 'always' || (form === 'withFile' && isFile)) {
		// A reference of another kind is the user's own, from Additional Body.
		return { ...others, form: formOf(picture === null ? body : fields, picture) };
	}
	const seconds = numberedSeconds ? readNumber(body.seconds) : null;
	return {
		...others,
		body: {
			...body,
			...(way === 'text' && picture !== null && { input_reference: picture }),
			...(seconds !== null && { seconds }),
		},
	};
}

/** How a refusal shows that the service wants another dialect than the request was written in. */
const signs: ReadonlyArray<{ words: RegExp; sent: 'json' | 'form' | 'any'; dialect: keyof typeof dialects }> = [
	// Go: "cannot unmarshal object into Go struct field TaskSubmitReq.input_reference of type string".
	{ words: /unmarshal object .*input_reference.* of type string/i, sent: 'json', dialect: 'jsonText' },
	// Bifrost (sonic): "Mismatch type string with value object".
	{ words: /mismatch type string with value object/i, sent: 'json', dialect: 'jsonText' },
	// Pydantic: "input_reference Input should be a valid string".
	{ words: /input_reference.{0,60}(valid|be a|expected( a)?) (string|str)\b/is, sent: 'json', dialect: 'jsonText' },
	// Rust: `seconds: invalid type: string "8", expected i32`.
	{ words: /seconds.{0,60}(expected (a |an )?(integer|number|[iu]\d+)|valid integer)|invalid type: string.{0,20}expected [iu]\d+/is, sent: 'json', dialect: 'jsonTextNumber' },
	{ words: /input_reference.{0,60}(expected|be)( an?| a valid)? (object|dictionary)/is, sent: 'any', dialect: 'automatic' },
	{ words: /multipart|form-data|boundary/i, sent: 'json', dialect: 'multipart' },
	// FastAPI with form fields: nothing of a JSON body reached them.
	{ words: /body\.prompt: field required|'body', 'prompt'\), 'msg': 'field required/i, sent: 'json', dialect: 'multipart' },
	{ words: /invalid char|unexpected token|expecting value|valid json|content.?type|media type/i, sent: 'form', dialect: 'jsonText' },
];

/**
 * What to do about a refusal that shows that the service reads another dialect; null where it shows none.
 *
 * @param request The request as it was sent.
 * @param credential The credential as sentences name it.
 */
export function adviseDialect(
	request: ProviderRequest,
	{ code, message }: ProviderComplaint,
	credential: string,
): string | null {
	const sent = request.form ? 'form' : 'json';
	const said = `${code ?? ''} ${message ?? ''}`;
	const sign = signs.find((each) => (each.sent === sent || each.sent === 'any') && each.words.test(said));
	if (!sign) return null;
	return `set Dialect to "${dialects[sign.dialect].name}" in the ${credential} credential, which this service seems to want, then run it again`;
}
