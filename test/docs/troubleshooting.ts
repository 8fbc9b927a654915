import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { isRetryable } from '../../nodes/SoraVideo/job/failure';
import type { FailureCategory } from '../../nodes/SoraVideo/job/VideoJob';

// docs/troubleshooting.md: every `failure.code` that the package itself makes. `npm run docs` writes the page, and a
// unit test fails where the code makes a code that isn't here, or the page is another.

export const troubleshootingPath = path.resolve(__dirname, '..', '..', 'docs', 'troubleshooting.md');

interface Row {
	when: string;
	/** Whether a job exists, or may. */
	job: 'no' | 'yes' | 'perhaps' | 'either';
	todo: string;
}

const jobWords: Record<Row['job'], string> = {
	no: 'no',
	yes: 'yes: it is paid for and keeps its id',
	perhaps: '**perhaps**, and perhaps charged',
	either: 'where the item has an `id`',
};

/** In the order of the page: before anything was sent, while creating, while asking, while downloading. */
export const failureCodes: Readonly<Record<string, Row>> = {
	invalid_input: {
		when: "A field of the item can't be sent: the message lists every problem.",
		job: 'no',
		todo: 'Correct the fields that the message names. Nothing was sent for the item.',
	},
	item_error: {
		when: "n8n itself could not read a parameter or a binary field of the item, for example because an expression fails.",
		job: 'either',
		todo: 'Correct the expression or the field that the message names.',
	},
	invalid_image: {
		when: "The picture can't be used: its type, its size in bytes or its pixels are not what the model takes, or it can't be read.",
		job: 'no',
		todo: 'Convert or resize the picture, for example with the Edit Image node.',
	},
	max_cost: {
		when: "The video would cost more than Options > Max Cost allows, or what it costs isn't known before.",
		job: 'no',
		todo: 'Follow the message. Nothing was sent for the item.',
	},
	image_not_placed: {
		when: "The picture could not be brought to the provider: its upload failed, or n8n has no public address that the provider could fetch it from.",
		job: 'no',
		todo: 'Follow the message; choosing URL as Image Source with a public link avoids it.',
	},
	unreachable: {
		when: "The provider's server could not be reached, or gave no answer to a question: its name isn't found, nothing listens there, there is no route, or the connection broke.",
		job: 'either',
		todo: "Check the Base URL in the credential and this server's network, DNS and firewall. An item with an `id` has a job that goes on: use Wait for Completion with it.",
	},
	credential_unreadable: {
		when: "n8n could not read the credential, for example because it was encrypted with another key.",
		job: 'either',
		todo: "Open the credential in n8n and save it again. In queue mode all of n8n's processes need the same `N8N_ENCRYPTION_KEY`.",
	},
	tls_failed: {
		when: "No secure connection could be agreed on: http:// and https:// were mixed up, or the server's certificate isn't trusted.",
		job: 'either',
		todo: 'Check the beginning of the Base URL. For a private certificate, whoever runs n8n sets `NODE_EXTRA_CA_CERTS`.',
	},
	proxy_refused: {
		when: 'A proxy between n8n and the provider wants a user and password (HTTP 407), or closed the way.',
		job: 'either',
		todo: 'Whoever runs n8n corrects the proxy in `HTTPS_PROXY`.',
	},
	blocked: {
		when: "A web page came instead of an answer of the API, with HTTP 401 or 403: a firewall in front of the provider blocks this server's address, or the Base URL is that of a web site.",
		job: 'either',
		todo: "Check the Base URL; ask the provider whether it blocks the address or country of this server. It says nothing about the key or the credits.",
	},
	rate_limited: {
		when: "The provider takes no more jobs at a time, and the item's turn did not come before the Timeout.",
		job: 'no',
		todo: 'Lower Batch Size or raise Timeout.',
	},
	model_gone: {
		when: "The provider says that the model isn't there (any more), or answers as if it weren't.",
		job: 'no',
		todo: 'Choose another model: the message names the successor where the provider tells one.',
	},
	outcome_unknown: {
		when: 'A create was sent, and it is not known what became of it: no answer came, or one that neither refuses nor holds an id.',
		job: 'perhaps',
		todo: "Look for the job in the provider's dashboard first. The request is not sent again by itself, unless Options > Resend If Outcome Unknown says so.",
	},
	execution_cancelled: {
		when: 'The execution was stopped before the item was begun.',
		job: 'no',
		todo: 'Run the workflow again.',
	},
	unreadable_answer: {
		when: "The provider answered a question for a job, and the answer holds no job.",
		job: 'yes',
		todo: 'Ask again later with Get Status; Include Raw Response shows the answer.',
	},
	no_video: {
		when: 'The job ended as completed, and no video was found in its answer, nor a reason; or the job has fewer videos than were asked for.',
		job: 'yes',
		todo: "Set Include Raw Response to see the answer, and look the job up in the provider's dashboard.",
	},
	result_gone: {
		when: 'The job is completed, and it was asked for later than the provider keeps its result.',
		job: 'yes',
		todo: "Look for the video in the provider's dashboard. Have further videos waited for, or called back, from their creation on.",
	},
	already_ended: {
		when: 'A job was to be cancelled that had ended before. The item is not failed: it has what the job is.',
		job: 'yes',
		todo: 'Get the video with the operation Download, if it is wanted.',
	},
	cancelled_on_timeout: {
		when: 'The job was not done when Timeout was over, and was cancelled, as Options > Cancel On Timeout says.',
		job: 'yes',
		todo: 'Raise Timeout and create the video again, if it is still wanted.',
	},
	cancel_requested: {
		when: 'The job was not done when Timeout was over, and was asked to be cancelled, which it is not yet.',
		job: 'yes',
		todo: 'Look at it again with Get Status.',
	},
	download_failed: {
		when: 'The video could not be downloaded whole.',
		job: 'yes',
		todo: 'Use the operation Download with the `id`: the job is done, so creating it again would cost twice.',
	},
	link_expired: {
		when: "The video's link is dead and the provider gives no other one.",
		job: 'yes',
		todo: "Look for the video in the provider's dashboard; next time download sooner.",
	},
	file_too_large: {
		when: 'The video is larger than the option Max File Size.',
		job: 'yes',
		todo: 'Raise Max File Size, or pass `videoUrl` on instead of the file.',
	},
	unknown: {
		when: 'The job failed, and the provider gave no code.',
		job: 'either',
		todo: 'The message has what the provider said, if it said anything.',
	},
};

/** Made of a number: `http_503`. */
export const httpCode: Row = {
	when: 'The provider refused with this HTTP status and gave no code of its own: `http_503` for HTTP 503.',
	job: 'either',
	todo: 'The message has what the provider said, and what to do.',
};

export const categoryWords: ReadonlyArray<[FailureCategory, string]> = [
	['moderation', 'The provider refuses the content of the prompt, the picture or the video.'],
	['invalidInput', 'Something in the request is wrong.'],
	['quota', "The account's credits or limits are used up."],
	['rateLimit', 'Too much at a time.'],
	['provider', "The trouble seems to be the provider's or the network's."],
	['cancelled', 'The job or the execution was cancelled.'],
	['unknown', 'Nothing tells.'],
];

/**
 * Words of the package's own errors and hints, as they stand in the source (a unit test looks; an ellipsis stands
 * for what differs), what is behind them, and what to do. In the order in which one meets them.
 */
export const sentences: ReadonlyArray<[words: string, meaning: string, todo: string]> = [
	['put a valid API key into', 'The key is wrong, was withdrawn, or is of another provider.', 'Paste it anew into the credential, without blanks. Saving tests it, which costs nothing.'],
	['The API Key is empty', 'The credential holds no key.', "Paste the key of your account at the provider."],
	["top up the account's credits", 'The account at the provider has no money, or less than the video costs.', 'Add credits there. Nothing was created.'],
	['OpenAI retired Sora 2 at the source', 'The model is gone, at resellers too.', 'Choose another in Model; retired ones come last in the list and say so.'],
	['check its spelling, or …', "The provider doesn't know the model, or no longer.", 'Choose it from the list, which shows what the provider has now.'],
	["the name of its server can't be looked up", 'The Base URL in the credential has a slip, or n8n has no DNS.', 'Correct the Base URL; on a server, ask whoever runs it.'],
	['nothing answers at its address', 'Host or port of the Base URL is wrong, or that server is down. In a container, `localhost` is the container itself.', 'Correct the Base URL.'],
	["n8n can't read the credential", 'It was encrypted with another key.', "Save the credential again. In queue mode all of n8n's processes need the same `N8N_ENCRYPTION_KEY`."],
	['To let such items leave by the output Failed', 'One item is wrong, and On Error is set to Stop Workflow.', 'Correct the item, or set Settings > On Error of the node to Continue.'],
	['breaks off before its end', 'The picture is cut off.', 'Upload it again.'],
	["can't be reached from the internet", 'The callback URL has a host of your own network.', 'Use the public address of your n8n; on your own computer, a tunnel.'],
	['the callback URL must begin with https://', 'The URL of the trigger was copied while n8n had no https address.', 'Whoever runs n8n sets `WEBHOOK_URL`; then copy the URL again.'],
	["can't reach this n8n to read one", 'The provider takes pictures only as links, and n8n is not public.', 'Set Image Source to URL, or set `WEBHOOK_URL`.'],
	['may have created and charged a job', 'The answer to a create was lost.', "Look into the provider's dashboard before you create it again. Nothing is sent again by itself."],
	['are still being made, and charged', 'They were not done within Timeout.', 'Use Wait for Completion with the IDs that the sentence names. Creating them again costs twice.'],
	['could not be downloaded', 'The job is completed; the file is not here.', 'Use the operation Download with the ID.'],
	['its link has expired', 'The video was asked for too late.', "Look for it in the provider's dashboard. Next time switch on Download Video."],
	['until … UTC only', 'A hint: the link will die then.', 'Get the file before.'],
];

function line(cells: readonly string[]): string {
	return `| ${cells.join(' | ')} |`;
}

function row(code: string, { when, job, todo }: Row): string {
	return line([code, when, jobWords[job], todo]);
}

/** The whole page. */
export function troubleshootingPage(): string {
	return [
		'# Troubleshooting',
		'',
		'<!-- Written by `npm run docs` from test/docs/troubleshooting.ts. -->',
		'',
		'A failed item says why in `failure`: `code`, `message` (what happened, then what to do), `category` and `retryable`. Branch on `category` or `code`, not on the message.',
		'',
		'## By the sentence on the screen',
		'',
		line(['Words', 'What is behind them', 'What to do']),
		'|---|---|---|',
		...sentences.map(([words, meaning, todo]) => line([`"${words}"`, meaning, todo])),
		'',
		'## Codes',
		'',
		"A provider's own code (such as `content_policy_violation`) stands in `code` as it came. These are the package's own:",
		'',
		line(['`failure.code`', 'When it comes', 'Is there a job?', 'What to do']),
		'|---|---|---|---|',
		...Object.entries(failureCodes).map(([code, each]) => row(`\`${code}\``, each)),
		row('`http_…`', httpCode),
		'',
		'## Categories',
		'',
		line(['`failure.category`', 'What it means', '`retryable`']),
		'|---|---|---|',
		...categoryWords.map(([category, meaning]) => line([`\`${category}\``, meaning, isRetryable(category) ? 'yes' : 'no'])),
		'',
		'`retryable` says whether what failed may go better another time. Create a video again only where the item has no `id` and its `code` is not `outcome_unknown`, or where its `status` is `failed` or `cancelled`: every other item has a job that goes on or is completed, and to create it anew is to pay anew. Ask for that one again, or download it again.',
		'',
		'## An OpenAI-compatible service refuses the request',
		'',
		'Services that copy `/v1/videos` differ in how they want a request written. Where a refusal shows which way is wanted, the message names the choice of **Dialect** in the credential. Include Raw Response shows an answer that could not be read.',
		'',
	].join('\n');
}

if (require.main === module) writeFileSync(troubleshootingPath, troubleshootingPage());
