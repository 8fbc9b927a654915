import { sentence } from './failure';
import { readText } from './read';
import type { JobFailure } from './VideoJob';

/** How a request came to no answer of the provider's. */
export type TransportTrouble =
	/** The name of the server could not be looked up. */
	| 'name'
	/** Nothing listens at the address. */
	| 'closed'
	/** This server's network knows no way there. */
	| 'route'
	/** The connection was not opened in time. */
	| 'connectTimeout'
	/** No agreement on TLS, or a certificate that isn't trusted. */
	| 'tls'
	/** A proxy between this server and the provider wants a password, or closed the way. */
	| 'proxy'
	/** n8n could not read the credential, so there was nothing to send the request with. */
	| 'credential'
	/** The connection broke, or no answer came in time: the request may have arrived. */
	| 'lost'
	/** An answer came that is longer than any that is read. */
	| 'tooLarge';

/** Why a request got no answer. */
export interface TransportFailure {
	/** Like `ECONNRESET`, or why the credential can't be read; `no_answer` where the cause has no name. */
	code: string;
	trouble: TransportTrouble;
	/** Whether the request certainly never reached the provider. */
	neverSent: boolean;
}

/** Node's codes (nodejs.org/api/errors.html, libuv's and c-ares' names among them). */
const troubleByCode: ReadonlyMap<string, TransportTrouble> = new Map([
	['ENOTFOUND', 'name'],
	['EAI_AGAIN', 'name'],
	['EAI_FAIL', 'name'],
	['EAI_NODATA', 'name'],
	['EAI_NONAME', 'name'],
	['ENODATA', 'name'],
	['ESERVFAIL', 'name'],
	['ETIMEOUT', 'name'],
	['ECONNREFUSED', 'closed'],
	['EHOSTUNREACH', 'route'],
	['ENETUNREACH', 'route'],
	['EHOSTDOWN', 'route'],
	['ENETDOWN', 'route'],
	['EADDRNOTAVAIL', 'route'],
	['ERR_SOCKET_CONNECTION_TIMEOUT', 'connectTimeout'],
	// "write EPROTO": TLS could not put the request into a record, so none of it left.
	['EPROTO', 'tls'],
	['CERT_HAS_EXPIRED', 'tls'],
	['CERT_NOT_YET_VALID', 'tls'],
	['CERT_REJECTED', 'tls'],
	['CERT_REVOKED', 'tls'],
	['CERT_SIGNATURE_FAILURE', 'tls'],
	['CERT_UNTRUSTED', 'tls'],
	['CERT_CHAIN_TOO_LONG', 'tls'],
	['CRL_HAS_EXPIRED', 'tls'],
	['CRL_NOT_YET_VALID', 'tls'],
	['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
	['ERR_TLS_CERT_ALTNAME_FORMAT', 'tls'],
	['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
	['ERR_TLS_HANDSHAKE_TIMEOUT', 'tls'],
	['HOSTNAME_MISMATCH', 'tls'],
	['INVALID_CA', 'tls'],
	['INVALID_PURPOSE', 'tls'],
	['PATH_LENGTH_EXCEEDED', 'tls'],
	['SELF_SIGNED_CERT_IN_CHAIN', 'tls'],
	['UNABLE_TO_GET_CRL', 'tls'],
	['UNABLE_TO_GET_ISSUER_CERT', 'tls'],
	['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tls'],
	['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls'],
]);

/** OpenSSL's reasons that belong to the handshake; others can come after the request was sent. */
const handshakeReason =
	/WRONG_VERSION_NUMBER|HANDSHAKE_FAILURE|UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION|UNRECOGNIZED_NAME|NO_PROTOCOLS_AVAILABLE|UNKNOWN_CA|CERTIFICATE|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|NO_CIPHERS?_|NO_SHARED_CIPHER|UNSAFE_LEGACY_RENEGOTIATION|DH_KEY_TOO_SMALL|EE_KEY_TOO_SMALL|CA_MD_TOO_WEAK|INAPPROPRIATE_FALLBACK|INSUFFICIENT_SECURITY/;

/** What Node and its proxy agents say where the code alone doesn't tell how far the request came. */
const troubleByWords: ReadonlyArray<[RegExp, TransportTrouble]> = [
	[/before secure TLS connection was established/i, 'tls'],
	[/proxy connection ended before receiving CONNECT response|proxy (authentication|connection) (required|failed|refused)/i, 'proxy'],
	// n8n 1.x keeps no more of an error than its text.
	[/\bconnect E[A-Z]+\b/, 'connectTimeout'],
	[/\bgetaddrinfo\b/, 'name'],
];

const networkWord =
	/\bE(CONNREFUSED|NOTFOUND|AI_AGAIN|CONNRESET|TIMEDOUT|CONNABORTED|PIPE|PROTO|HOSTUNREACH|NETUNREACH)\b/;

/** The error and what it is made of, outermost first: n8n wraps, and Node joins the tries of several addresses. */
function chainOf(error: unknown, depth = 0): object[] {
	if (typeof error !== 'object' || error === null || depth > 5) return [];
	const joined: unknown[] = 'errors' in error && Array.isArray(error.errors) ? error.errors.slice(0, 8) : [];
	const cause: unknown = 'cause' in error ? error.cause : undefined;
	return [error, ...[...joined, cause].flatMap((each) => chainOf(each, depth + 1))];
}

function codeOf(error: object): string | null {
	// n8n 1.x keeps the code as `httpCode`, and no cause.
	const codes = ['code' in error && error.code, 'httpCode' in error && error.httpCode];
	return codes.map(readText).find((code) => code !== null && /^[A-Z]+(_[A-Z0-9]+)*$/.test(code)) ?? null;
}

/** All that an error says: n8n puts words of its own into the message, and the old ones elsewhere. */
function messageOf(error: object): string {
	const more: unknown = 'messages' in error ? error.messages : [];
	const texts = ['message' in error && error.message, 'description' in error && error.description, more];
	return texts
		.flat()
		.map((text) => readText(text) ?? '')
		.join('\n');
}

/** The network error's code, however deep n8n has wrapped it; null where there is none. */
export function networkCode(error: unknown): string | null {
	const chain = chainOf(error);
	const inText = () => chain.map((each) => networkWord.exec(messageOf(each))?.[0]);
	return chain.map(codeOf).find((code) => code !== null) ?? inText().find(Boolean) ?? null;
}

function troubleOf(code: string | null, chain: readonly object[]): TransportTrouble {
	const known = code === null ? undefined : troubleByCode.get(code);
	const calls = chain.map((each) => 'syscall' in each && each.syscall);
	const said = chain.map(messageOf).join('\n');
	// A network that goes away while the answer is waited for has the names of one that was never there.
	const wasOpen = calls.includes('read') || calls.includes('write') || /\b(read|write) E[A-Z]+\b/.test(said);
	if (wasOpen && (known === 'closed' || known === 'route')) return 'lost';
	if (known) return known;
	if (code?.startsWith('ERR_SSL_') && handshakeReason.test(code)) return 'tls';
	if (calls.includes('connect')) return 'connectTimeout';
	if (calls.includes('getaddrinfo')) return 'name';
	return troubleByWords.find(([words]) => words.test(said))?.[1] ?? 'lost';
}

/**
 * What an error of a request tells, and whether the request can have arrived. Everything that isn't
 * known to have happened before the request was written counts as arrived.
 */
export function readTransportFailure(error: unknown): TransportFailure {
	const code = networkCode(error);
	const trouble = troubleOf(code, chainOf(error));
	return { code: code ?? 'no_answer', trouble, neverSent: trouble !== 'lost' };
}

const words: Record<TransportTrouble, { code: string; what: string; advice: string }> = {
	name: {
		code: 'unreachable',
		what: "the name of its server can't be looked up",
		advice: "check the Base URL in the credential for a slip, and this server's DNS",
	},
	closed: {
		code: 'unreachable',
		what: 'nothing answers at its address',
		advice: 'check the host and the port of the Base URL in the credential, and whether that server runs',
	},
	route: {
		code: 'unreachable',
		what: "this server's network knows no way to its address",
		advice: "check this server's connection to the internet, its firewall and its IPv6",
	},
	connectTimeout: {
		code: 'unreachable',
		what: 'no connection to its server could be opened',
		advice: "check the Base URL in the credential, and whether this server's firewall lets requests out",
	},
	tls: {
		code: 'tls_failed',
		what: 'no secure connection to its server could be agreed on',
		advice:
			'check that the Base URL in the credential begins with the right one of http:// and https://, and that this server trusts its certificate (for a private one set NODE_EXTRA_CA_CERTS)',
	},
	proxy: {
		code: 'proxy_refused',
		what: 'the proxy between this server and the provider lets the request not through',
		advice: 'ask whoever runs n8n to correct the proxy in HTTPS_PROXY, or its user and password',
	},
	credential: {
		code: 'credential_unreadable',
		what: "n8n can't read the credential",
		advice: "open the credential in n8n and save it again (in queue mode all of n8n's processes need the same N8N_ENCRYPTION_KEY)",
	},
	lost: {
		code: 'unreachable',
		what: 'no answer came',
		advice: 'check the connection of this server to the internet',
	},
	tooLarge: {
		code: 'unreadable_answer',
		what: 'its answer is larger than any that providers give',
		advice: 'check the Base URL in the credential',
	},
};

/**
 * The failure of a request to which no answer came.
 *
 * @param subject What didn't come about, for example `EvoLink can't be asked to create the video`.
 * @param then What to do after the advice of the trouble, for example `then run it again`.
 */
export function describeTransportFailure(
	subject: string,
	{ code, trouble }: Pick<TransportFailure, 'code' | 'trouble'>,
	then: string,
): JobFailure {
	const { what, advice, code: failureCode } = words[trouble];
	return {
		code: failureCode,
		message: sentence(`${subject}, because ${what} (${code})`, `${advice}, ${then}`),
		category: 'provider',
		retryable: true,
	};
}
