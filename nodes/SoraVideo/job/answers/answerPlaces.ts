import type { ProviderComplaint } from '../failure';
import type { FailureCategory } from '../VideoJob';

/** What is known of a job besides the answer being read. */
export interface KnownOfJob {
	id?: string;
	model?: string;
	createdAt?: string;
	/** What relative links are relative to. */
	baseUrl?: string;
}

/**
 * Where answers keep what: paths of keys, the most trusted first. `[]` goes into every entry of a list.
 * The places of one kind are the same for every provider, since each of them resells others' APIs and
 * their words shine through; a provider's own places come before these (`AnswerReading`).
 */
export interface AnswerPlaces {
	id: readonly string[];
	state: readonly string[];
	links: readonly string[];
	model: readonly string[];
	progress: readonly string[];
	createdAt: readonly string[];
	expiresAt: readonly string[];
	usage: readonly string[];
	/** What the job cost in USD; only where a provider says that it is USD, so no place is common to all. */
	costUsd: readonly string[];
	/** The provider's code of a failure, where only a failure has one. */
	failureCode: readonly string[];
	/** A code that a success may have as well. */
	code: readonly string[];
	/** What only a failure holds. */
	reason: readonly string[];
	/** What a failure may say, and a success as well. */
	remark: readonly string[];
	requestId: readonly string[];
}

/**
 * So many entries of a list are looked at. A job has a few videos and reasons; a body can hold hundreds of
 * thousands, a stranger's call of the trigger among them, and each of hundreds of places would look through all.
 */
export const mostEntries = 100;

function within(wrappers: readonly string[], fields: readonly string[]): string[] {
	return fields.flatMap((field) => wrappers.map((wrapper) => (wrapper === '' ? field : `${wrapper}.${field}`)));
}

/** In each of the wrappers everything, before the next one is looked into. */
function eachWithin(wrappers: readonly string[], fields: readonly string[]): string[] {
	return wrappers.flatMap((wrapper) => within([wrapper], fields));
}

/**
 * Objects that hold the job itself.
 *
 * data: new-api and one-hub (`dto/task.go`, `types/task.go`), Kling, Kie, WaveSpeed, PiAPI, PoYo. data[]:
 * APIMART (`apimartvideo/adaptor.go` in new-api). result, task, job, video: public clients' readers
 * (arkVideoGenerations, Respect nodes, seedance adapters). output: DashScope. response: Google's operations.
 */
const wrappers = ['data', 'data[]', 'result', 'result.data', 'output', 'task', 'job', 'video', 'response'];

const anywhere = ['', ...wrappers];

/** Where Ark's own answer lies inside a gateway's (new-api's `TaskDto.data`, arkVideoGenerations' reader). */
const deep = ['data.data', 'result.output', 'data.result', 'data.output', 'response.generateVideoResponse'];

const everywhere = [...anywhere, ...deep];

/** Fields that hold a link to a video, or lead to one. A list of them: several videos. */
export const linkFields: readonly string[] = [
	'video_url',
	'videoUrl',
	'video_urls',
	'videoUrls',
	'result_url',
	'resultUrl',
	'result_urls',
	'resultUrls',
	'output_url',
	'output_urls',
	'download_url',
	'downloadUrl',
	'file_url',
	'fileUrl',
	'content_url',
	'video',
	'videos',
	'outputs',
	'results',
	'content',
	'files',
	'file',
	'task_result',
	'generatedSamples',
	'generatedVideos',
	'generated_videos',
	'works',
	'creations',
	'url',
	'urls',
	'uri',
];

const common: AnswerPlaces = {
	id: [
		// OpenAI, Replicate, Runway, Vidu; task_id beside it is the same id under an older name (new-api's
		// `OpenAIVideo`). generation_id: AI/ML API. taskId: Kie, PoYo. video_id: fal's Sora, Respect nodes.
		...within([''], ['id', 'generation_id', 'task_id', 'taskId', 'job_id', 'jobId', 'prediction_id', 'video_id', 'videoId']),
		// Before a wrapped `id`: in new-api's TaskDto that one numbers a row of its database.
		...eachWithin(
			wrappers,
			['task_id', 'taskId', 'job_id', 'jobId', 'id', 'generation_id', 'prediction_id', 'predictionId', 'video_id', 'videoId'],
			// In a list of models or of videos each entry has an `id`, and none of them is this job's.
		).filter((path) => path !== 'data[].id'),
	],
	state: eachWithin(anywhere, ['status', 'state', 'task_status', 'taskStatus', 'job_status', 'jobStatus', 'video_status']),
	links: [
		...within(everywhere, [
			// Ark `content.video_url`, Together `outputs.video_url`, new-api `result_url`, Kie `resultUrls`,
			// PoYo `files[].file_url`, Bifrost `videos[].url`, APIMART `result.videos[].url`, Kling
			// `task_result.videos[].url`, SiliconFlow `results.videos[].url`, Vidu `creations[].url`, Google
			// `generatedSamples[].video.uri`; download_url and output_url: public clients' readers.
			...linkFields.filter((field) => !['url', 'urls', 'uri'].includes(field)),
			// new-api `metadata.url`, LocalAI, Dynamo and vLLM-omni `data[].url`.
			'url',
			'urls',
			'uri',
			'metadata',
		]),
		'output',
		'result',
		'data.output',
		'data.result',
		'output.output',
		// new-api, before it had `result_url`, and what was made of it: `task.FailReason = taskResult.Url`.
		...within(everywhere, ['fail_reason']),
	],
	model: within(anywhere, ['model', 'model_name', 'modelName']),
	// Percent, or text like "45%" (new-api's TaskDto, DashScope's copies).
	progress: within(anywhere, ['progress', 'percentage', 'percent', 'progress_percent']),
	createdAt: within(anywhere, ['created_at', 'createdAt', 'created', 'created_time', 'createTime', 'create_time', 'submit_time', 'submit_timestamp']),
	expiresAt: within(anywhere, ['expires_at', 'expiresAt', 'expire_at', 'videos[].expires_at', 'video.expires_at']),
	usage: within(anywhere, ['usage']),
	costUsd: [],
	failureCode: within(everywhere, [
		'error.code',
		'error.type',
		'error.name',
		'error.error_code',
		'error.status',
		'error_code',
		'errorCode',
		'fail_code',
		'failCode',
		'failure_code',
		// Runway.
		'failureCode',
		'errors[].code',
	]),
	code: within(everywhere, ['code']),
	// new-api, one-hub (`fail_reason`), Kie (`failMsg`), Kling (`task_status_msg`), Azure and OpenAI's copies
	// (`failure_reason`), MiniMax (`base_resp.status_msg`), PoYo (`error_message`), Runway (`failure`).
	reason: within(everywhere, [
		'error',
		'errors',
		'fail_reason',
		'failReason',
		'failure_reason',
		'failureReason',
		'failure_message',
		'failure',
		'fail_msg',
		'failMsg',
		'error_message',
		'errorMessage',
		'error_msg',
		'errorMsg',
		'err_msg',
		'task_status_msg',
		'base_resp.status_msg',
		'reject_reason',
	]),
	// FastAPI (vLLM-omni, SGLang): `detail` as text or as a list. problem+json: `title`.
	remark: within(everywhere, [
		'status_message',
		'statusMessage',
		'status_msg',
		'state_message',
		'reason',
		'detail',
		'details',
		'message',
		'msg',
		'description',
		'title',
	]),
	requestId: ['requestId', 'request_id', 'error.request_id', 'x-request-id'],
};

/** Lists of why a filter kept videos back: Bifrost's `content_filter`, Google's RAI reasons. */
const filterPlaces: readonly string[] = within(everywhere, [
	'content_filter.reasons',
	'raiMediaFilteredReasons',
	'rai_media_filtered_reasons',
]);

/** Where a job's id stands, with some, if nothing else is said: xAI's create, and fal's, whose other fields are links. */
export const bareIdPlace = 'request_id';

/** What makes of a `request_id` the id of a request (Kling, DashScope, Replicate's proxies). */
export const notBareBeside: readonly string[] = [
	'error',
	'errors',
	'code',
	'message',
	'msg',
	'detail',
	'data',
	'output',
	'success',
];

/** How a provider's answers are read, where they differ from everybody's. */
export interface AnswerReading {
	/** The provider's id. */
	provider: string;
	/** The provider, as sentences name it. */
	displayName: string;
	/** The provider's documented places of a job's id: the only ones that count in a plain refusal. */
	ownIds: readonly string[];
	/**
	 * Makes the job's id, where that is more than a field of the answer.
	 *
	 * @param found What stands where ids do; null where nothing does.
	 * @returns Null where the answer names no job.
	 */
	toId?(body: unknown, known: KnownOfJob, found: string | null): string | null;
	/** Read before the common ones. */
	places?: Partial<AnswerPlaces>;
	/** Whether a `request_id` alone is a job's id: so with xAI's API, which OpenAI's copies resell. */
	isRequestIdJob?: true;
	/** What a progress of all is written as. */
	whole?: 1 | 100;
	/** The provider's own codes of failures. */
	categories?: ReadonlyMap<string, FailureCategory>;
	/** What only this provider says of a failure, beside what was found in the places. */
	refine?(complaint: ProviderComplaint, body: unknown): Partial<ProviderComplaint> & {
		/** Set where it says what only a failure says. */
		isFailure?: true;
	};
}

/** A place, prepared for reading: a key in the values that a shorter place leads to. */
export interface Place {
	/** Index of that place among all; -1 for the answer itself. */
	within: number;
	key: string;
	/** Whether every entry of the list there is meant. */
	isList: boolean;
	/** The path without its last key. */
	wrapper: string;
}

/** Every place that leads to others, each after the one it lies in, and the places of each kind. */
export interface PreparedPlaces {
	wrappers: readonly Place[];
	kinds: Readonly<Record<keyof AnswerPlaces | 'filter', readonly Place[]>>;
	/** The provider's own places of a job's id. */
	ownIds: readonly Place[];
}

/** The places of a provider's answers, its own before the common ones, prepared for reading. */
export function preparePlaces({ ownIds, places = {} }: AnswerReading): PreparedPlaces {
	const wrapperPlaces: Place[] = [];
	const indexes = new Map<string, number>([['', -1]]);
	const prepare = (path: string): Place => {
		const steps = path.split('.');
		const last = steps.pop() ?? '';
		const wrapper = steps.join('.');
		let within = indexes.get(wrapper);
		if (within === undefined) {
			const place = prepare(wrapper);
			within = wrapperPlaces.push(place) - 1;
			indexes.set(wrapper, within);
		}
		return { within, key: last.replace('[]', ''), isList: last.endsWith('[]'), wrapper };
	};
	const of = (kind: keyof AnswerPlaces) => [...new Set([...(places[kind] ?? []), ...common[kind]])].map(prepare);
	return {
		kinds: {
			id: of('id'),
			state: of('state'),
			links: of('links'),
			model: of('model'),
			progress: of('progress'),
			createdAt: of('createdAt'),
			expiresAt: of('expiresAt'),
			usage: of('usage'),
			costUsd: of('costUsd'),
			failureCode: of('failureCode'),
			code: of('code'),
			reason: of('reason'),
			remark: of('remark'),
			requestId: of('requestId'),
			filter: filterPlaces.map(prepare),
		},
		ownIds: ownIds.map(prepare),
		wrappers: wrapperPlaces,
	};
}
