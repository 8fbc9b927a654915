import { describeIntruder, readIntruder } from '../../../nodes/SoraVideo/job/intruder';
import { describeTransportFailure, networkCode, readTransportFailure } from '../../../nodes/SoraVideo/job/transportFailure';

const error = (message: string, fields: object = {}) => Object.assign(new Error(message), fields);

describe('readTransportFailure', () => {
	it.each<[string, unknown, string, string, boolean]>([
		['connection refused', error('connect ECONNREFUSED 127.0.0.1:1', { code: 'ECONNREFUSED', syscall: 'connect' }), 'ECONNREFUSED', 'closed', true],
		['no such name', error('getaddrinfo ENOTFOUND x', { code: 'ENOTFOUND' }), 'ENOTFOUND', 'name', true],
		['name server silent', error('getaddrinfo EAI_AGAIN x', { code: 'EAI_AGAIN' }), 'EAI_AGAIN', 'name', true],
		['no route', error('connect EHOSTUNREACH', { code: 'EHOSTUNREACH' }), 'EHOSTUNREACH', 'route', true],
		['no network', error('connect ENETUNREACH', { code: 'ENETUNREACH' }), 'ENETUNREACH', 'route', true],
		['TLS against plain HTTP', error('write EPROTO 0:SSL routines:wrong version number', { code: 'EPROTO' }), 'EPROTO', 'tls', true],
		['TLS handshake refused', error('x', { code: 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE' }), 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'tls', true],
		['certificate of another host', error('x', { code: 'ERR_TLS_CERT_ALTNAME_INVALID' }), 'ERR_TLS_CERT_ALTNAME_INVALID', 'tls', true],
		['reset in the handshake', error('Client network socket disconnected before secure TLS connection was established', { code: 'ECONNRESET' }), 'ECONNRESET', 'tls', true],
		['connect timed out', error('connect ETIMEDOUT 1.2.3.4:443', { code: 'ETIMEDOUT', syscall: 'connect' }), 'ETIMEDOUT', 'connectTimeout', true],
		['no address of several', Object.assign(new AggregateError([error('connect ETIMEDOUT', { code: 'ETIMEDOUT', syscall: 'connect' })]), { code: 'ETIMEDOUT' }), 'ETIMEDOUT', 'connectTimeout', true],
		['proxy closed', error('Proxy connection ended before receiving CONNECT response'), 'no_answer', 'proxy', true],
		['reset', error('read ECONNRESET', { code: 'ECONNRESET', syscall: 'read' }), 'ECONNRESET', 'lost', false],
		['no answer in time', error('timeout of 5 ms exceeded', { code: 'ECONNABORTED' }), 'ECONNABORTED', 'lost', false],
		['timed out while reading', error('read ETIMEDOUT', { code: 'ETIMEDOUT', syscall: 'read' }), 'ETIMEDOUT', 'lost', false],
		['broken record, long after the handshake', error('x', { code: 'ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC' }), 'ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC', 'lost', false],
		['broken pipe', error('write EPIPE', { code: 'EPIPE', syscall: 'write' }), 'EPIPE', 'lost', false],
		['nothing known', new Error('boom'), 'no_answer', 'lost', false],
		['not even an error', 'boom', 'no_answer', 'lost', false],
		['wrapped by n8n', error('The request failed', { cause: error('inner', { cause: error('x', { code: 'ENOTFOUND' }) }) }), 'ENOTFOUND', 'name', true],
		['n8n 1.x', error('x', { httpCode: 'ECONNREFUSED' }), 'ECONNREFUSED', 'closed', true],
		['only in words', error('connect EHOSTUNREACH 1.2.3.4'), 'EHOSTUNREACH', 'route', true],
	])('%s', (_name, thrown, code, trouble, neverSent) => {
		expect(readTransportFailure(thrown)).toEqual({ code, trouble, neverSent });
	});

	it('ends for a chain that goes in a circle', () => {
		const circle: { cause?: unknown } = new Error('a');
		circle.cause = circle;
		expect(networkCode(circle)).toBeNull();
	});
});

describe('describeTransportFailure', () => {
	it.each([
		['tls', 'tls_failed', 'secure connection'],
		['proxy', 'proxy_refused', 'HTTPS_PROXY'],
		['name', 'unreachable', 'DNS'],
		['route', 'unreachable', 'firewall'],
	] as const)('%s has words of its own', (trouble, code, words) => {
		const failure = describeTransportFailure('EvoLink created nothing', { code: 'E', trouble }, 'then run it again');
		expect(failure).toMatchObject({ code, category: 'provider', retryable: true });
		expect(failure.message).toMatch(/^EvoLink created nothing, because .* \(E\): .*, then run it again\.$/);
		expect(failure.message).toContain(words);
	});
});

describe('readIntruder', () => {
	const page = '<!DOCTYPE html><html><head><title>Attention Required! | Cloudflare</title></head></html>';

	it.each<[number, Record<string, unknown>, unknown, string | null]>([
		[407, {}, 'Proxy Authentication Required', 'proxy'],
		[403, { 'content-type': 'text/html; charset=UTF-8' }, page, 'firewall'],
		[403, {}, page, 'firewall'],
		[401, { 'content-type': 'text/html' }, page, 'firewall'],
		[403, { 'content-type': 'application/json' }, { error: { message: 'no credits' } }, null],
		[403, {}, 'Forbidden', null],
		[502, { 'content-type': 'text/html' }, page, null],
		[404, { 'content-type': 'text/html' }, page, null],
	])('%i %j', (status, headers, body, intruder) => {
		expect(readIntruder(status, headers, body)).toBe(intruder);
	});

	it('a firewall is no lack of credits, and its page is named by its title', () => {
		const failure = describeIntruder('EvoLink created nothing', 'firewall', { status: 403, body: page }, 'then run it again');
		expect(failure).toMatchObject({ code: 'blocked', category: 'provider' });
		expect(failure.message).toContain('(HTTP 403, "Attention Required! | Cloudflare")');
		expect(failure.message).not.toMatch(/credit/);
	});

	it('a proxy wants its password', () => {
		const failure = describeIntruder('EvoLink created nothing', 'proxy', { status: 407, body: '' }, 'then run it again');
		expect(failure).toMatchObject({ code: 'proxy_refused' });
		expect(failure.message).toContain('HTTPS_PROXY');
	});
});
