import { readTransportFailure } from '../../../nodes/SoraVideo/job/transportFailure';

interface Fields {
	message?: string;
	cause?: unknown;
	[name: string]: unknown;
}

function errorOf({ message = '', cause, ...fields }: Fields): Error {
	return Object.assign(new Error(message, cause === undefined ? {} : { cause }), fields);
}

const tls = '140735:error:0A00010B:SSL routines:ssl3_get_record:wrong version number';

describe('nothing was sent', () => {
	it.each<[string, string | null, Fields]>([
		['refused', 'ECONNREFUSED', { code: 'ECONNREFUSED', syscall: 'connect' }],
		['no such name', 'ENOTFOUND', { code: 'ENOTFOUND', syscall: 'getaddrinfo' }],
		['the name server is busy', 'EAI_AGAIN', { code: 'EAI_AGAIN', syscall: 'getaddrinfo' }],
		['no route', 'EHOSTUNREACH', { code: 'EHOSTUNREACH' }],
		['no network', 'ENETUNREACH', { code: 'ENETUNREACH', syscall: 'connect' }],
		['a connection that takes too long', 'ETIMEDOUT', { code: 'ETIMEDOUT', syscall: 'connect' }],
		['a name server that takes too long', 'ETIMEOUT', { code: 'ETIMEOUT', syscall: 'queryA' }],
		['no TLS', 'EPROTO', { code: 'EPROTO', message: `write EPROTO ${tls}`, syscall: 'write' }],
		['no TLS, newer Node', 'ERR_SSL_WRONG_VERSION_NUMBER', { code: 'ERR_SSL_WRONG_VERSION_NUMBER' }],
		['another TLS', 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', { code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' }],
		['a certificate of its own', 'DEPTH_ZERO_SELF_SIGNED_CERT', { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }],
		['an old certificate', 'CERT_HAS_EXPIRED', { code: 'CERT_HAS_EXPIRED' }],
		['a certificate of others', 'ERR_TLS_CERT_ALTNAME_INVALID', { code: 'ERR_TLS_CERT_ALTNAME_INVALID' }],
		[
			'a handshake that breaks off',
			'ECONNRESET',
			{ code: 'ECONNRESET', message: 'Client network socket disconnected before secure TLS connection was established' },
		],
		['wrapped by n8n 2', 'EHOSTUNREACH', { message: 'The service is unreachable', cause: errorOf({ cause: errorOf({ code: 'EHOSTUNREACH', syscall: 'connect' }) }) }],
		['all of several addresses', 'ECONNREFUSED', { errors: [errorOf({ code: 'ECONNREFUSED', syscall: 'connect' }), errorOf({ code: 'ENETUNREACH', syscall: 'connect' })] }],
		['as n8n 1 keeps it', 'ENETUNREACH', { httpCode: 'ENETUNREACH', message: 'The connection cannot be established' }],
		['text alone', 'ETIMEDOUT', { messages: ['connect ETIMEDOUT 10.0.0.1:443'] }],
	])('%s', (_name, code, fields) => {
		expect(readTransportFailure(errorOf(fields))).toMatchObject({ code: code ?? 'no_answer', neverSent: true });
	});
});

describe('it may have been sent', () => {
	it.each<[string, string | null, Fields]>([
		['a connection that breaks off', 'ECONNRESET', { code: 'ECONNRESET', syscall: 'read' }],
		['no answer in time', 'ECONNABORTED', { code: 'ECONNABORTED', message: 'timeout of 180000ms exceeded' }],
		['no answer in time, told clearly', 'ETIMEDOUT', { code: 'ETIMEDOUT', message: 'timeout of 180000ms exceeded' }],
		['a system that gives up', 'ETIMEDOUT', { code: 'ETIMEDOUT', syscall: 'read' }],
		['a route that goes away meanwhile', 'EHOSTUNREACH', { code: 'EHOSTUNREACH', syscall: 'read' }],
		['a network that goes away meanwhile', 'ENETDOWN', { cause: errorOf({ code: 'ENETDOWN', syscall: 'write' }) }],
		['a port that closes meanwhile, as n8n 1 keeps it', 'ECONNREFUSED', { httpCode: 'ECONNREFUSED', messages: ['read ECONNREFUSED'] }],
		['a broken pipe', 'EPIPE', { code: 'EPIPE', syscall: 'write' }],
		['a damaged record, after the handshake', 'ERR_SSL_SSLV3_ALERT_BAD_RECORD_MAC', { code: 'ERR_SSL_SSLV3_ALERT_BAD_RECORD_MAC' }],
		['cancelled', 'ERR_CANCELED', { code: 'ERR_CANCELED', message: 'canceled' }],
		['an answer that ends too soon', 'ECONNRESET', { message: 'aborted', cause: errorOf({ code: 'ECONNRESET' }) }],
		['nothing known', null, { message: 'Something' }],
	])('%s', (_name, code, fields) => {
		expect(readTransportFailure(errorOf(fields))).toMatchObject({ code: code ?? 'no_answer', neverSent: false });
	});

	it.each([null, undefined, 'text', 7])('%p', (thrown) => {
		expect(readTransportFailure(thrown)).toMatchObject({ code: 'no_answer', neverSent: false });
	});

	it('an error that wraps itself is read to an end', () => {
		const error = errorOf({ message: 'x' });
		error.cause = error;
		expect(readTransportFailure(error)).toMatchObject({ code: 'no_answer', neverSent: false });
	});
});
