import { codeOfGone, saysModelIsGone } from './goneWords';
import { withoutStop } from './read';
import type { FailureCategory, JobFailure, JobStatus } from './VideoJob';

/** What a provider said of a failure, before it is put into a sentence. */
export interface ProviderComplaint {
	code: string | null;
	message: string | null;
	/** By which the provider's support finds the request. */
	requestId?: string | null;
	/** Set where the provider's own code table tells; otherwise the words and the HTTP status decide. */
	category?: FailureCategory;
	/** For where neither words nor HTTP status tell anything. */
	otherwise?: FailureCategory;
	/** The model that the job was for. */
	model?: string | null;
	/** What the provider names in the place of a model that is gone. */
	successor?: string | null;
}

interface Advice {
	/** Matched against code and message together. */
	pattern: RegExp;
	category: FailureCategory;
	advice: string;
}

/**
 * What to do about what providers say, the most particular first. The Chinese words are those of new-api,
 * one-hub and the providers behind them.
 */
const advices: readonly Advice[] = [
	{
		// Ark: InputTextSensitiveContentDetected, OutputVideoSensitiveContentDetected.PolicyViolation,
		// InputImageSensitiveContentDetected.PrivacyInformation, RiskDetection, DeepFake; DashScope:
		// DataInspectionFailed, IPInfringementSuspect; Azure and OpenAI: content_filter, sentinel_block;
		// Google: "Responsible AI practices", PROHIBITED_CONTENT; Kling: "risk control"; fal: content_policy_violation.
		// Sora: "may violate our guardrails"; Veo: "usage guidelines", PUBLIC_ERROR_UNSAFE_GENERATION; Kie: "was flagged".
		// No names of fields: enable_safety_checker, safety_tolerance.
		pattern:
			/moderat|content.?polic|policy.?violat|violat.{0,40}polic|polic.{0,20}violat|(?<!enable_)safety(?!_(checker|tolerance|filter|setting))|(?<!case.?(in)?)sensitive|content.?filter|inappropriate|sentinel|content_blocked|blocked by|nsfw|risk.?(control|detect)|responsible.?ai|data.?inspection|prohibited.?content|privacy.?information|deep.?fake|ip.?infringement|guardrail|(usage|community) guideline|unsafe|public_error_(minor|prominent|sexual)|(prompt|content) (is |was |has been |were )?(blocked|rejected)|(prompt|content|input|output|image|video|request) (is |was |has been |were )?flagged|copyright|likeness|photorealistic people|real (people|person)|nudity|审核|敏感|违规|违禁|不合规|风控|内容安全|安全策略|涉黄|涉政|侵权|真人/i,
		category: 'moderation',
		advice:
			'reword the prompt or change the image (no real people, brands, violence or nudity) and create the video again',
	},
	{
		pattern: /dimension|inpaint image|image.{0,40}(size|match|width|height)/i,
		category: 'invalidInput',
		advice:
			"resize the image to what the provider's words ask for, for example with the Edit Image node (Sora wants exactly the size of the video: 1280x720, 720x1280, 1792x1024 or 1024x1792)",
	},
	{
		pattern: /budget/i,
		category: 'quota',
		advice: "raise the budget or spending limit of the account at the provider, then create the video again",
	},
	{
		// new-api and one-hub: 预扣费额度失败 (what the request may cost isn't there); Ark: AccountOverdueError.
		pattern:
			/credit|quota|balance|insufficient(?!.{0,20}(permission|privilege|scope|right))|billing|payment|overdue|arrear|top.?up|recharge|spending limit|not enough (points|funds|money)|额度|余额|预扣费|欠费|充值|积分不足|点数不足|配额/i,
		category: 'quota',
		advice: "top up the account's credits at the provider, then create the video again",
	},
	{
		pattern: /rate.?limit|too many requests|concurren|throttl|限流|频率|过于频繁|并发/i,
		category: 'rateLimit',
		advice: 'wait a minute and lower Batch Size, then create the video again',
	},
	{
		pattern: /cancel|取消/i,
		category: 'cancelled',
		advice: 'create the video again if it is still wanted',
	},
	{
		pattern:
			/internal|timeout|timed out|unavailable|maintenance|upstream|overload|exhausted|service_error|busy|try again later|超时|繁忙|上游|内部错误|服务.{0,4}不可用|负载/i,
		category: 'provider',
		advice: "create the video again later, since the trouble seems to be the provider's",
	},
	{
		pattern: /invalid|parameter|validation|expected|required|not supported|unsupported|image|参数|不支持|无效|格式/i,
		category: 'invalidInput',
		advice: "correct what the provider's words name, then create the video again",
	},
];

const categoryByStatus: ReadonlyMap<number, FailureCategory> = new Map([
	[400, 'invalidInput'],
	[401, 'invalidInput'],
	[402, 'quota'],
	[404, 'invalidInput'],
	[410, 'invalidInput'],
	[413, 'invalidInput'],
	[422, 'invalidInput'],
	[429, 'rateLimit'],
]);

const generalAdvice: Record<FailureCategory, string> = {
	moderation: 'reword the prompt or change the image and create the video again',
	invalidInput: 'check the fields of the node, then run it again',
	quota: "top up the account's credits at the provider, then create the video again",
	rateLimit: 'wait a minute and lower Batch Size, then run it again',
	provider: "run it again later, since the trouble seems to be the provider's",
	cancelled: 'create the video again if it is still wanted',
	unknown: "look the job up in the provider's dashboard before creating it again",
};

/** Whether the same request, created anew, may end differently. */
export function isRetryable(category: FailureCategory): boolean {
	return category === 'rateLimit' || category === 'provider';
}

/** What to do about a model that is gone. */
export function adviseSuccessor({ model, successor }: ProviderComplaint): string {
	const choose = successor
		? `choose another one in Model, for example ${successor}, which the provider names in its place`
		: 'choose another one in Model';
	if (/sora[-_ ]?2/i.test(model ?? '')) {
		return `OpenAI retired Sora 2 at the source on 2026-09-24, so ${choose}`;
	}
	return successor ? choose : `check its spelling, or ${choose}`;
}

/** Adds a full stop's worth of order: one sentence out of "what happened" and "what to do". */
export function sentence(what: string, advice: string): string {
	return `${withoutStop(what)}: ${advice}.`;
}

function categoryOf(complaint: ProviderComplaint, httpStatus?: number): FailureCategory {
	if (complaint.category) return complaint.category;
	const byStatus = categoryByStatus.get(httpStatus ?? 0);
	if (httpStatus !== undefined && httpStatus >= 500) return 'provider';
	const said = `${complaint.code ?? ''} ${complaint.message ?? ''}`;
	const byWords = saysModelIsGone(complaint)
		? 'invalidInput'
		: advices.find(({ pattern }) => pattern.test(said))?.category;
	// A 400 can be moderation or a lack of credits in disguise; a 401 or 429 is what it says.
	return byStatus === 'invalidInput' && httpStatus !== 401
		? (byWords ?? byStatus)
		: (byStatus ?? byWords ?? complaint.otherwise ?? 'unknown');
}

function adviceFor(category: FailureCategory, complaint: ProviderComplaint): string {
	if (category === 'invalidInput' && saysModelIsGone(complaint)) return adviseSuccessor(complaint);
	const said = `${complaint.code ?? ''} ${complaint.message ?? ''}`;
	const match = advices.find((each) => each.category === category && each.pattern.test(said));
	return match?.advice ?? generalAdvice[category];
}

/** The failure of a job that ended as failed or cancelled; null for every other status. */
export function describeEnding(
	job: string,
	status: JobStatus,
	complaint: ProviderComplaint,
	model: string | null = null,
): JobFailure | null {
	if (status !== 'failed' && status !== 'cancelled') return null;
	const cancelled = status === 'cancelled' && { category: status };
	const failure = describeFailure(`${job} ${status}`, { ...complaint, model, ...cancelled });
	const isGone = failure.category === 'invalidInput' && saysModelIsGone(complaint);
	return isGone ? { ...failure, code: codeOfGone(complaint) } : failure;
}

/**
 * Puts a provider's complaint into this package's form.
 *
 * @param subject Who and what, for example `EvoLink job task-unified-1 failed`.
 * @param httpStatus Where the complaint came as an HTTP error.
 * @param advice Overrides the advice that the table has.
 */
export function describeFailure(
	subject: string,
	complaint: ProviderComplaint,
	httpStatus?: number,
	advice?: string,
): JobFailure {
	const category = categoryOf(complaint, httpStatus);
	const { code, message, requestId } = complaint;
	const said = [
		httpStatus && `HTTP ${httpStatus}`,
		code !== String(httpStatus) && code,
		message && withoutStop(message),
		requestId && `request ${requestId}`,
	]
		.filter((part, index, all) => part && all.indexOf(part) === index)
		.join(', ');
	return {
		code: code ?? (httpStatus ? `http_${httpStatus}` : 'unknown'),
		message: sentence(said ? `${subject} (${said})` : subject, advice ?? adviceFor(category, complaint)),
		category,
		retryable: isRetryable(category),
	};
}
