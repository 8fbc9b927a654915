import { readClaim } from '../../nodes/SoraVideo/callbacks/readBody';
import { isGenuine } from '../../nodes/SoraVideo/callbacks/genuine/isGenuine';
import { videoFileName } from '../../nodes/SoraVideo/downloads/downloadVideo';
import { readLinkExpiry } from '../../nodes/SoraVideo/downloads/linkExpiry';
import { watchForm } from '../../nodes/SoraVideo/downloads/VideoForm';
import { readVideoType } from '../../nodes/SoraVideo/downloads/videoType';
import { readDataUrl } from '../../nodes/SoraVideo/images/dataUrl';
import { isCutOff } from '../../nodes/SoraVideo/images/isCutOff';
import { readImageHead } from '../../nodes/SoraVideo/images/readImageHead';
import { parseCutOffJson, parseJson } from '../../nodes/SoraVideo/job/answers/parseJson';
import { describeFailure } from '../../nodes/SoraVideo/job/failure';
import { readIntruder } from '../../nodes/SoraVideo/job/intruder';
import { oneLine } from '../../nodes/SoraVideo/job/oneLine';
import { objectAt, readNumber, readText, showValue } from '../../nodes/SoraVideo/job/read';
import { readBooleanValue, readChoiceValue, readNumberValue, readObjectValue, readTextValue } from '../../nodes/SoraVideo/job/readParameter';
import { readRetryAfter } from '../../nodes/SoraVideo/job/retryAfter';
import { checkRequest } from '../../nodes/SoraVideo/models/checkRequest';
import { fit } from '../../nodes/SoraVideo/models/fitting/fit';
import { isModelGone } from '../../nodes/SoraVideo/models/modelGone';
import { offer, ownFields } from '../../nodes/SoraVideo/models/panel';
import { readOpenApi, readSchema } from '../../nodes/SoraVideo/models/readers/readSchema';
import { ratioOf, resolutionOf, secondsOf, sizeOf, truthOf } from '../../nodes/SoraVideo/models/spelling';
import { readRound, tell } from '../../nodes/SoraVideo/paidJobs/round';
import { providers } from '../../nodes/SoraVideo/providers';
import { checkPublicHttpsUrl } from '../../nodes/SoraVideo/providers/checkPublicHttpsUrl';
import { endedWithoutVideo } from '../../nodes/SoraVideo/providers/endedWithoutVideo';
import { findJob } from '../../nodes/SoraVideo/providers/findJob';
import type { Provider } from '../../nodes/SoraVideo/providers/Provider';
import type { VideoRequest } from '../../nodes/SoraVideo/job/VideoRequest';
import type { Form } from './mutate';

/** What reads something from outside, and must take whatever comes: none of these throws. */
export interface Parser {
	/** What it reads, and whose, where it is a provider's. */
	name: string;
	/** Its file in `corpus/`, which several may share. */
	corpus: string;
	form: Form;
	read(input: Buffer): void;
}

const base = 'https://provider.example/v1';
const statuses = [200, 202, 400, 401, 404, 409, 422, 429, 500];

function bodyOf(input: Buffer): unknown {
	return parseJson(input.toString());
}

function readAnswers(provider: Provider, input: Buffer): void {
	const body = bodyOf(input);
	const known = { id: 'known', model: 'a/model', createdAt: '2026-11-20T12:00:00.000Z', baseUrl: base };
	const status = statuses[input.length % statuses.length] ?? 200;
	const amounts = provider.statusOf?.(body, status) ?? status;
	const job = provider.readJob(body, known);
	const complaint = provider.readError(body, amounts);
	describeFailure('subject', complaint, amounts);
	isModelGone(complaint, amounts);
	readIntruder(status, { 'content-type': 'text/html' }, body);
	findJob(provider, amounts, body, known);
	provider.readEstimate?.(body);
	provider.readRetryAfter?.(body);
	provider.cancel?.read(body, amounts);
	provider.upload?.readLink(body);
	provider.upload?.sendTo?.(body);
	for (const test of provider.keyTests) test.shows(objectAt(body));
	if (!job) return;
	endedWithoutVideo(provider, job, body);
	provider.checkJobId(job.id);
	if (provider.checkJobId(job.id) === null) provider.writeStatus(job.id);
	provider.result?.read(body, amounts, {}, job, body);
	videoFileName(job, 0, 'video/mp4');
	for (const link of job.videoUrls) readLinkExpiry(link);
}

function readCallbacks(provider: Provider, input: Buffer): void {
	readClaim(provider, input, 'a/model');
	provider.callbacks?.read(bodyOf(input), null);
	const scheme = provider.callbacks?.scheme;
	if (!scheme || scheme.kind === 'unsigned') return;
	const text = input.toString();
	const names = scheme.kind === 'jwt' || scheme.kind === 'sharedSecret' ? [scheme.header] : Object.values(scheme.headers);
	const headers = Object.fromEntries(names.map((name) => [name, text]));
	isGenuine(scheme, { secret: text, publicKeys: [objectAt(bodyOf(input))] }, { headers, body: input, jobId: text }, 0);
}

function readModels(provider: Provider, input: Buffer): void {
	const body = bodyOf(input);
	provider.modelList?.read(body);
	provider.modelList?.readNext?.(body);
	provider.modelList?.retirements?.read(body);
	provider.modelSource?.read(body, 'a/model');
}

function readPrices(provider: Provider, input: Buffer): void {
	const body = bodyOf(input);
	const create = { method: 'POST', base: 'baseUrl', path: '/', body: objectAt(objectAt(body).create) } as const;
	provider.prices?.read(body, create, readText(objectAt(body).model) ?? 'a/model');
}

/** A request of whatever values; their types are those that the node has made of them before. */
function requestOf(value: unknown): VideoRequest {
	const asked = objectAt(value);
	const source = (each: unknown) => (each === undefined || each === null ? null : ({ source: 'url', url: showValue(each) } as const));
	const references = Array.isArray(asked.references) ? asked.references : [];
	const duration = asked.duration;
	return {
		model: readText(asked.model) ?? '',
		prompt: readText(asked.prompt) ?? '',
		firstFrame: source(asked.firstFrame),
		lastFrame: source(asked.lastFrame),
		references: references.map((each) => ({ kind: 'image', source: 'url', url: showValue(each) })),
		aspectRatio: readText(asked.aspectRatio),
		resolution: readText(asked.resolution),
		duration: typeof duration === 'number' || typeof duration === 'string' ? duration : null,
		generateAudio: typeof asked.generateAudio === 'boolean' ? asked.generateAudio : null,
		negativePrompt: readText(asked.negativePrompt),
		seed: readNumber(asked.seed),
		modelFields: objectAt(asked.modelFields),
		remixOf: readText(asked.remixOf),
		callbackUrl: readText(asked.callbackUrl),
		additionalBody: objectAt(asked.additionalBody),
	};
}

function readSchemas(input: Buffer): void {
	const { schema, request } = objectAt(bodyOf(input));
	readOpenApi(schema, 'a/model', '/generate');
	const model = readSchema(schema, 'a/model');
	if (!model) return;
	for (const role of ['aspectRatio', 'resolution', 'duration'] as const) offer(model, role);
	ownFields(model);
	fit(model, requestOf(request));
}

function readRequests(provider: Provider, input: Buffer): void {
	const request = requestOf(bodyOf(input));
	const model = provider.models.find(({ id }) => id === request.model) ?? provider.usualModel(request.model);
	checkRequest(provider, request, model);
	provider.writeCreate(request, { firstFrame: null, lastFrame: null, references: [] }, model);
}

/** Values as users write them into fields and expressions. */
function readValues(input: Buffer): void {
	const text = input.toString();
	for (const value of [text, bodyOf(input)]) {
		for (const read of [readTextValue, readBooleanValue, readObjectValue, secondsOf, ratioOf, resolutionOf, sizeOf, truthOf]) read(value);
		readNumberValue(value, { min: 1, max: 60, unit: 'seconds' });
		readChoiceValue(value, [{ value: 'url', name: 'URL' }]);
	}
	checkPublicHttpsUrl(text, 2000);
	readLinkExpiry(text);
	oneLine(text, 200);
	readDataUrl(text);
	readDataUrl(`data:image/png;base64,${text}`);
	for (const provider of providers) {
		provider.checkJobId(text);
		provider.completeBaseUrl?.(text);
		provider.callbacks?.checkUrl?.(text);
	}
}

function readHeaders(input: Buffer): void {
	const text = input.toString();
	const now = Date.UTC(2026, 10, 26);
	for (const headers of [{ 'retry-after': text }, { 'retry-after-ms': text }, objectAt(bodyOf(input))]) readRetryAfter(headers, now, text);
}

function readPictures(input: Buffer): void {
	for (const isWhole of [true, false]) {
		const head = readImageHead(input, isWhole);
		if (head.kind === 'image') isCutOff(input, head.type);
	}
}

function readVideos(input: Buffer): void {
	const type = readVideoType(input.subarray(0, 64), 'video/mp4');
	for (const step of [input.length || 1, 7]) {
		const form = watchForm(type ?? 'video/mp4', input.subarray(0, 64));
		for (let from = 0; from < input.length; from += step) form.push(input.subarray(from, from + step), from);
		form.isCut(input.length);
	}
}

function readRecords(input: Buffer): void {
	const round = readRound(bodyOf(input));
	if (round) tell(round, 3);
}

function ofEach(what: string, corpus: string, has: (provider: Provider) => boolean, read: (provider: Provider, input: Buffer) => void): Parser[] {
	return providers.filter(has).map((provider) => ({ name: `${what} of ${provider.id}`, corpus, form: 'json', read: (input) => { read(provider, input); } }));
}

export const parsers: readonly Parser[] = [
	...ofEach('answers', 'answers', () => true, readAnswers),
	...ofEach('callbacks', 'callbacks', ({ callbacks }) => callbacks !== undefined, readCallbacks),
	...ofEach('models', 'models', ({ modelList, modelSource }) => (modelList ?? modelSource) !== undefined, readModels),
	...ofEach('prices', 'prices', ({ prices }) => prices !== undefined, readPrices),
	...ofEach('requests', 'requests', () => true, readRequests),
	{ name: 'schemas', corpus: 'schemas', form: 'json', read: readSchemas },
	{ name: 'paid jobs as stored', corpus: 'records', form: 'json', read: readRecords },
	{ name: 'JSON', corpus: 'answers', form: 'json', read: (input) => { parseCutOffJson(input.toString()); bodyOf(input); } },
	{ name: 'values', corpus: 'values', form: 'bytes', read: readValues },
	{ name: 'Retry-After', corpus: 'headers', form: 'bytes', read: readHeaders },
	{ name: 'pictures', corpus: 'pictures', form: 'bytes', read: readPictures },
	{ name: 'videos', corpus: 'videos', form: 'bytes', read: readVideos },
];
