import { readText } from '../job/read';

/** What a request that got no answer says of itself. */
export interface NetworkError {
	/** Like `ECONNRESET`; null where the cause has no name. */
	code: string | null;
	/** Whether it proves that nothing was written to the provider. */
	neverSent: boolean;
}

/** The parts of an error and of those that it wraps, as n8n, axios and Node leave them. */
interface Part {
	code: string | null;
	syscall: string | null;
	text: string;
}

const deepest = 6;

function partsOf(error: unknown, depth = 0): Part[] {
	if (typeof error !== 'object' || error === null || depth > deepest) return [];
	const read = (name: string): unknown => Reflect.get(error, name);
	const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
	// n8n 1.x keeps the code as `httpCode`, and no cause.
	const codes = [read('code'), read('httpCode')].map(readText);
	const texts = [read('message'), read('description'), ...list(read('messages'))];
	return [
		{
			code: codes.find((code) => code !== null && /^[A-Z][A-Z\d]*(_[A-Z\d]+)*$/.test(code)) ?? null,
			syscall: readText(read('syscall')),
			text: texts.map((text) => readText(text) ?? '').join('\n'),
		},
		...partsOf(read('cause'), depth + 1),
		// Where a name has several addresses, Node tries them all and fails once.
		...list(read('errors')).flatMap((each) => partsOf(each, depth + 1)),
	];
}

/** The server wasn't found, or a connection to it was never made. */
const notConnected = /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EADDRNOTAVAIL)$/;
/** The connection was made, and the TLS handshake on it failed. Later trouble has the same prefix, but other words. */
const noHandshake =
	/^(EPROTO|CERT_\w+|UNABLE_TO_\w+|SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|ERR_TLS_CERT_\w+|ERR_TLS_HANDSHAKE_TIMEOUT|ERR_SSL_\w*(VERSION|HANDSHAKE|PROTOCOL|CIPHER|UNKNOWN_CA|HTTP_REQUEST)\w*)$/;
const neverSentCalls = new Set(['connect', 'getaddrinfo', 'queryA', 'queryAaaa']);
/** As Node words it, for n8n 1.x, which keeps no more of an error than its text. */
const neverSentWords =
	/\bconnect E[A-Z]+\b|\bgetaddrinfo E[A-Z_]+\b|before secure TLS connection was established/;
const codeInText = /\bE(CONNREFUSED|NOTFOUND|AI_AGAIN|HOSTUNREACH|NETUNREACH|CONNRESET|TIMEDOUT|CONNABORTED|PIPE|PROTO)\b/;

function provesNothingSent({ code, syscall, text }: Part): boolean {
	return (
		(code !== null && (notConnected.test(code) || noHandshake.test(code))) ||
		(syscall !== null && neverSentCalls.has(syscall)) ||
		neverSentWords.test(text)
	);
}

/** Reads an error of n8n's HTTP helpers: what it is called, and whether it proves that nothing was sent. */
export function readNetworkError(error: unknown): NetworkError {
	const parts = partsOf(error);
	const named = parts.find(({ code }) => code !== null)?.code;
	const inText = parts.map(({ text }) => codeInText.exec(text)?.[0]).find((code) => code !== undefined);
	return { code: named ?? inText ?? null, neverSent: parts.some(provesNothingSent) };
}
