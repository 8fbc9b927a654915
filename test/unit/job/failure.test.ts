import fc from 'fast-check';

import { describeFailure, isRetryable, sentence } from '../../../nodes/SoraVideo/job/failure';
import { aimlApi } from '../../../nodes/SoraVideo/providers/aimlApi';
import { evoLink } from '../../../nodes/SoraVideo/providers/evoLink';
import type { Provider } from '../../../nodes/SoraVideo/providers/Provider';
import { vtrix } from '../../../nodes/SoraVideo/providers/vtrix';
import { categories, readFailure } from '../fixtures';

describe('isRetryable', () => {
	it.each([
		['moderation', false],
		['invalidInput', false],
		['quota', false],
		['rateLimit', true],
		['provider', true],
		['unknown', false],
	] as const)('%s: %s', (category, expected) => {
		expect(isRetryable(category)).toBe(expected);
	});
});

describe('describeFailure', () => {
	const nothingSaid = { code: null, message: null };

	it.each([
		[400, 'invalidInput'],
		[402, 'quota'],
		[404, 'invalidInput'],
		[413, 'invalidInput'],
		[429, 'rateLimit'],
		[500, 'provider'],
		[502, 'provider'],
		[503, 'provider'],
		[504, 'provider'],
	])('HTTP %i with nothing said is %s', (status, category) => {
		const failure = describeFailure('EvoLink refused to create the video', nothingSaid, status);
		expect(failure.category).toBe(category);
		expect(failure.message).toContain(`HTTP ${status}`);
		expect(failure.code).not.toBe('');
	});

	it.each([
		['Content policy violation', 'moderation'],
		['Your request was blocked by our moderation system', 'moderation'],
		['Inpaint image must match the requested width and height', 'invalidInput'],
		["You've run out of credits", 'quota'],
		['insufficient balance', 'quota'],
		['Too Many Requests', 'rateLimit'],
		['Internal generation error', 'provider'],
		['Generation timeout', 'provider'],
		['model is under maintenance', 'provider'],
		['The task was cancelled by the user', 'cancelled'],
		['xyzzy', 'unknown'],
		// OpenAI's Sora, and who resold it.
		['This content may violate our guardrails concerning similarity to third-party content.', 'moderation'],
		['Your prompt was flagged', 'moderation'],
		['We currently do not support uploads of images containing photorealistic people.', 'moderation'],
		// Google's Veo, and who resells it.
		["Veo could not generate videos because the input image violates Vertex AI's usage guidelines.", 'moderation'],
		["Sorry, we can't create videos with real people's names or likenesses.", 'moderation'],
		['PUBLIC_ERROR_UNSAFE_GENERATION', 'moderation'],
		['PUBLIC_ERROR_PROMINENT_PEOPLE_FILTER_FAILED', 'moderation'],
		// Seedance.
		['The output video may be related to copyright restrictions.', 'moderation'],
		['The input image may contain real person.', 'moderation'],
		['The content violates the community guidelines', 'moderation'],
		['Prompt blocked', 'moderation'],
		['Content rejected', 'moderation'],
		['Nudity detected', 'moderation'],
		['内容安全检测未通过', 'moderation'],
		['涉嫌侵权', 'moderation'],
		['图片含有真人', 'moderation'],
		['not enough points', 'quota'],
		['点数不足', 'quota'],
		['Our servers are busy', 'provider'],
		['Service busy, please retry', 'provider'],
		// Names of fields, and a word that holds another.
		['safety_tolerance must be at most 6', 'unknown'],
		['enable_safety_checker: Input should be a valid boolean', 'unknown'],
		['The name is matched case-insensitively', 'unknown'],
	])('"%s" is %s', (message, category) => {
		expect(describeFailure('EvoLink job j failed', { code: null, message }).category).toBe(category);
	});

	it.each([
		['a picture of another size', 'Inpaint image must match the requested width and height', ['1280x720', '720x1280', '1792x1024', '1024x1792']],
		['moderation', 'Your request was blocked by our moderation system', ['no real people']],
	])('says what to do about %s', (_name, message, advice) => {
		const failure = describeFailure('EvoLink job j failed', { code: null, message });
		for (const words of advice) expect(failure.message).toContain(words);
		expect(failure.retryable).toBe(false);
	});

	it("the provider's own table goes before the words", () => {
		const complaint = { code: 'x', message: 'insufficient balance', category: 'moderation' } as const;
		expect(describeFailure('EvoLink job j failed', complaint).category).toBe('moderation');
	});

	it('a 400 can be moderation in disguise', () => {
		const complaint = { code: null, message: 'Rejected by the content policy' };
		expect(describeFailure('EvoLink refused', complaint, 400).category).toBe('moderation');
	});

	it('retryable follows the category, whatever is said', () => {
		const text = fc.option(fc.string());
		fc.assert(
			fc.property(text, text, fc.option(fc.integer({ min: 100, max: 599 }), { nil: undefined }), (code, message, status) => {
				const failure = describeFailure('EvoLink job j failed', { code, message }, status);
				expect(categories).toContain(failure.category);
				expect(failure.retryable).toBe(isRetryable(failure.category));
				expect(failure.message.endsWith('.')).toBe(true);
			}),
			{ seed: 1, numRuns: 1000 },
		);
	});
});

describe('sentence', () => {
	it.each([
		['plain', 'It failed', 'It failed: do this.'],
		['full stop', 'It failed.', 'It failed: do this.'],
		['dots', 'It failed...', 'It failed: do this.'],
		['colon and space', 'It failed: ', 'It failed: do this.'],
		['line break', 'It failed\n', 'It failed: do this.'],
	])('%s', (_name, what, expected) => {
		expect(sentence(what, 'do this')).toBe(expected);
	});
});

describe('the sentence about a failed job', () => {
	const failures: ReadonlyArray<[Provider, string, (message: string) => unknown]> = [
		[
			aimlApi,
			'video_68e57b98:openai/sora-2-pro-i2v',
			(message) => ({
				id: 'video_68e57b98:openai/sora-2-pro-i2v',
				status: 'error',
				error: { name: 'GenerationError', message },
			}),
		],
		[
			evoLink,
			'task-unified-1757169743-7cvnl5zw',
			(message) => ({
				id: 'task-unified-1757169743-7cvnl5zw',
				status: 'failed',
				error: { code: 'content_policy_violation', message },
			}),
		],
		[
			vtrix,
			'd2f1a6b0',
			(message) => ({ id: 'd2f1a6b0', status: 'failed', error: { code: 14001095, error_message: message } }),
		],
	];
	const sayings: ReadonlyArray<[string, string]> = [
		['words', 'Internal generation error'],
		['full stop', 'The video was rejected.'],
		['dots', 'Your request was blocked by safety filters...'],
		['exclamation mark', 'Something went wrong!'],
		['question mark', 'Really?'],
		['colon', 'Failed:'],
		['semicolon and spaces', 'Failed; '],
		['line break', 'Failed.\n'],
		['two lines (EvoLink error-codes page)', 'Content policy violation.\nYour request was blocked by safety filters...'],
		['several lines', "Body validation error\nInvalid enum value. Expected 'a' | 'b', received 'c'"],
		['brackets', 'No credits left (see https://provider.example/billing).'],
		['nothing', ''],
	];
	const rows = failures.flatMap(([provider, id, write]) =>
		sayings.map(([name, saying]): [string, string, Provider, string, string, unknown] => [
			provider.id,
			name,
			provider,
			id,
			saying,
			write(saying),
		]),
	);

	it.each(rows)('%s, %s', (_provider, _name, provider, id, saying, body) => {
		const { message } = readFailure(provider, body);
		expect(message).toContain(provider.displayName);
		expect(message).toContain(id);
		const verbatim = saying.trim().replace(/[.;:]+$/, '');
		expect(message).toContain(verbatim);
		// What the provider said may hold anything; the rest is one sentence with one full stop.
		const own = message.replace(verbatim, 'SAID');
		expect(own).toMatch(/^\S[^\n]*[^\s.,;:!?]\.$/);
		expect(own).not.toMatch(/[.!?]\s/);
		expect(own).not.toMatch(/[.,;:]\s*[.,;:)]|\(\s*[.,;:)]| {2}/);
	});

	it.each([
		['aimlApi', aimlApi],
		['evoLink', evoLink],
		['vtrix', vtrix],
	])('%s, no error at all', (_name, provider) => {
		const failure = readFailure(provider, { id: 'job-1', status: 'failed' });
		expect(failure.message).toContain(provider.displayName);
		expect(failure.message).toContain('job-1');
		expect(failure.message).toMatch(/[^.]\.$/);
		expect(failure.message).not.toMatch(/null|undefined|\(\)/);
		expect(failure.code).not.toBe('');
	});
});
