import type {
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	INodeCredentialTestResult,
} from 'n8n-workflow';

import { joinUrl } from '../job/joinUrl';
import { isObject, readText, withoutStop } from '../job/read';
import { providers } from '../providers';
import type { KeyTest, Provider } from '../providers/Provider';
import { redactBody } from './callProvider';
import { readBaseUrl, redactorOf } from './connection';

type TestAnswer = { status: number; body: unknown } | { status: null; code: string };

function verdict(status: 'OK' | 'Error', message: string): INodeCredentialTestResult {
	return { status, message };
}

function parse(body: unknown): unknown {
	try {
		return typeof body === 'string' ? JSON.parse(body) : body;
	} catch {
		return body;
	}
}

const bearer = { name: 'Authorization', prefix: 'Bearer ' };

/** Asks one of the provider's calls that prove a key. */
async function ask(
	context: ICredentialTestFunctions,
	provider: Provider,
	test: KeyTest,
	baseUrl: string,
	apiKey: string,
): Promise<TestAnswer> {
	const { helpers } = context;
	const { keyHeader = bearer } = provider;
	try {
		const response: unknown = await helpers.request({
			method: test.method,
			uri: joinUrl(baseUrl, test.path),
			headers: { [keyHeader.name]: `${keyHeader.prefix}${apiKey}` },
			resolveWithFullResponse: true,
			simple: false,
			// The key must not follow a redirect to another host.
			followRedirect: false,
			timeout: 15_000,
		});
		if (!isObject(response)) return { status: null, code: 'no answer' };
		const body = redactBody(parse(response.body), redactorOf(apiKey));
		const status = Number(response.statusCode);
		return { status: provider.statusOf?.(body, status) ?? status, body };
	} catch (error) {
		const code = isObject(error) ? readText(error.code) : null;
		return { status: null, code: code ?? (error instanceof Error ? error.message : 'no answer') };
	}
}

function judge(provider: Provider, test: KeyTest, answer: TestAnswer, baseUrl: string) {
	if (answer.status === null) {
		return verdict(
			'Error',
			`${provider.displayName} can't be reached at ${baseUrl} (${answer.code}): check the Base URL and this server's network.`,
		);
	}
	const { status, body } = answer;
	const said = isObject(body) ? provider.readError(body, status).message : null;
	const detail = said ? ` (HTTP ${status}, ${withoutStop(said)})` : ` (HTTP ${status})`;
	if (test.passes?.includes(status) && isObject(body)) {
		return verdict('OK', `${provider.displayName} accepts this key${detail}.`);
	}
	if (status >= 200 && status < 300) {
		return isObject(body) && test.shows(body)
			? verdict('OK', `${provider.displayName} accepts this key.`)
			: verdict('Error', `${baseUrl} answers, but not as ${provider.displayName} does: check the Base URL.`);
	}
	if (status === 401 || status === 403) {
		return verdict(
			'Error',
			`${provider.displayName} refuses this key${detail}: copy the key anew from the provider's page of API keys.`,
		);
	}
	return verdict(
		'Error',
		status >= 500 || status === 429
			? `${provider.displayName} can't answer just now${detail}: try again in a minute.`
			: `${baseUrl} answers, but not as ${provider.displayName} does${detail}: check the Base URL.`,
	);
}

/**
 * The test of every credential type: calls that tell a right key from a wrong one and cost nothing.
 * In code, since some providers' tests need a second call, or pass on a 404, which n8n's declarative
 * test can't say.
 */
export async function testKey(
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	const provider = providers.find(({ credentialType }) => credentialType === credential.type);
	if (!provider) return verdict('Error', `No provider uses credentials of type ${credential.type}.`);
	const apiKey = readText(credential.data?.apiKey) ?? '';
	if (apiKey === '') return verdict('Error', 'The API Key is empty: paste the key of your account.');
	let result = verdict('Error', 'This provider has no test.');
	for (const test of provider.keyTests) {
		const [main, baseUrl] = (['baseUrl', test.base] as const).map((field) => readBaseUrl(provider, credential.data?.[field]));
		const wrong = [main, baseUrl].find((url = '') => !/^https?:/i.test(url) || !URL.canParse(url));
		if (baseUrl === undefined || wrong !== undefined) return verdict('Error', `The Base URL "${wrong}" is not a URL: correct it.`);
		const answer = await ask(this, provider, test, baseUrl, apiKey);
		result = judge(provider, test, answer, baseUrl);
		if (answer.status === null || !test.absent?.includes(answer.status)) return result;
	}
	return result;
}
