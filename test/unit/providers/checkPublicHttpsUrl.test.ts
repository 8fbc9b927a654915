import fc from 'fast-check';

import { checkPublicHttpsUrl, isPrivateHost } from '../../../nodes/SoraVideo/providers/checkPublicHttpsUrl';

const limit = 2048;

/** A callback URL of exactly this many characters. */
function urlOfLength(length: number): string {
	const start = 'https://n8n.example.com/webhook/';
	return start + 'a'.repeat(length - start.length);
}

describe('checkPublicHttpsUrl: EvoLink\'s "Security Restrictions"', () => {
	it.each([
		['sample of the page', 'https://your-domain.com/webhooks/video-task-completed'],
		['with query and port', 'https://n8n.example.com:8443/webhook/1?token=a%20b'],
		['scheme in capitals', 'HTTPS://n8n.example.com/webhook/1'],
		['public IPv4', 'https://8.8.8.8/webhook/1'],
		['next to 10.x', 'https://11.0.0.1/webhook/1'],
		['before 172.16', 'https://172.15.255.255/webhook/1'],
		['after 172.31', 'https://172.32.0.1/webhook/1'],
		['192.167.x', 'https://192.167.1.1/webhook/1'],
		['192.169.x', 'https://192.169.1.1/webhook/1'],
		['126.x', 'https://126.0.0.1/webhook/1'],
		['128.x', 'https://128.0.0.1/webhook/1'],
		['169.253.x', 'https://169.253.0.1/webhook/1'],
		['before 100.64 (carrier NAT)', 'https://100.63.0.1/webhook/1'],
		['after 100.127', 'https://100.128.0.1/webhook/1'],
		['public IPv6', 'https://[2606:4700:4700::1111]/webhook/1'],
		['after 198.19', 'https://198.20.0.1/webhook/1'],
		['before 192.0.0', 'https://191.255.0.1/webhook/1'],
		['after 192.0.0', 'https://192.0.1.1/webhook/1'],
		['before multicast', 'https://223.255.255.1/webhook/1'],
		['a name that begins like a private one', 'https://internal.example.com/webhook/1'],
		['a name that begins like localhost', 'https://localhost.example.com/webhook/1'],
		['a name that begins like an IPv6 address', 'https://fd.example.com/webhook/1'],
		['a name that begins like 10.x', 'https://10.example.com/webhook/1'],
		['a name that begins like 127.x', 'https://127.0.0.1.nip.example.com/webhook/1'],
		['a name that begins like 192.168.x', 'https://192.168.example.com/webhook/1'],
		['a tunnel', 'https://a1b2c3.ngrok-free.app/webhook/1'],
		['exactly 2048 characters', urlOfLength(limit)],
	])('%s is taken', (_name, url) => {
		expect(checkPublicHttpsUrl(url, limit)).toEqual([]);
	});

	it.each([
		['http', 'http://n8n.example.com/webhook/1', /https/],
		['ftp', 'ftp://n8n.example.com/webhook/1', /https/],
		['javascript', 'javascript:alert(1)', /https/],
		['no URL', 'webhook/1', /URL/],
		['empty', '', /URL/],
		['words', 'my callback', /URL/],
		['no host', 'https://', /URL/],
		['2049 characters', urlOfLength(limit + 1), /2048/],
		['5000 characters', urlOfLength(5000), /2048/],
	])('%s is refused', (_name, url, reason) => {
		expect(checkPublicHttpsUrl(url, limit).join(' ')).toMatch(reason);
	});

	it.each([
		['127.0.0.1', '127.0.0.1'],
		['127.x.x.x', '127.255.0.3'],
		['10.x.x.x, first', '10.0.0.0'],
		['10.x.x.x, last', '10.255.255.255'],
		['172.16.x.x', '172.16.0.1'],
		['172.20.x.x', '172.20.1.1'],
		['172.29.x.x', '172.29.1.1'],
		['172.30.x.x', '172.30.1.1'],
		['172.31.x.x', '172.31.255.255'],
		['192.168.x.x', '192.168.1.20'],
		['169.254.x.x', '169.254.169.254'],
		['0.0.0.0', '0.0.0.0'],
		['100.64.x.x, carrier NAT', '100.64.0.1'],
		['100.127.x.x, carrier NAT', '100.127.255.255'],
		['localhost', 'localhost'],
		['localhost in capitals', 'LOCALHOST'],
		['localhost with its root dot', 'localhost.'],
		['a name under localhost', 'n8n.localhost'],
		['a name of the local network', 'n8n.local'],
		['a bare name (docker)', 'n8n'],
		['127.0.0.1 as one number', '2130706433'],
		['127.0.0.1 in hexadecimal', '0x7f000001'],
		['127.0.0.1 in octal', '0177.0.0.1'],
		['127.0.0.1, short', '127.1'],
		['127.0.0.1 with its root dot', '127.0.0.1.'],
		['IPv6 loopback', '[::1]'],
		['IPv6 loopback, long', '[0:0:0:0:0:0:0:1]'],
		['IPv6 unspecified', '[::]'],
		['IPv6 unique local, fc', '[fc00::1]'],
		['IPv6 unique local, fd', '[fd12:3456:789a::1]'],
		['IPv6 unique local in capitals', '[FD12:3456:789A::1]'],
		['IPv6 link-local, fe80', '[fe80::1]'],
		['IPv6 link-local, febf', '[febf::1]'],
		['IPv4 in IPv6, loopback', '[::ffff:127.0.0.1]'],
		['IPv4 in IPv6, private', '[::ffff:192.168.1.1]'],
		['IPv4 in IPv6, the old way', '[::127.0.0.1]'],
		['IPv4 behind NAT64', '[64:ff9b::127.0.0.1]'],
		['IPv4 behind 6to4', '[2002:7f00:1::]'],
		['IPv6 site-local', '[fec0::1]'],
		['IPv6 multicast', '[ff02::1]'],
		["a cloud's metadata", '192.0.0.192'],
		["a cloud's metadata, by name", 'metadata.google.internal'],
		["a cloud's metadata in IPv6", '[fd00:ec2::254]'],
		["a cloud's metadata at a carrier's address", '100.100.100.200'],
		['benchmarks', '198.18.0.1'],
		['multicast', '224.0.0.1'],
		['reserved', '240.0.0.1'],
		['broadcast', '255.255.255.255'],
		['a container\'s host', 'host.docker.internal'],
		['a service of Kubernetes', 'n8n.default.svc'],
		['a home network', 'n8n.home.arpa'],
		['localhost with two root dots', 'localhost..'],
	])('%s can not be reached from outside', (_name, host) => {
		const url = `https://${host}/webhook/1`;
		expect(checkPublicHttpsUrl(url, limit)).toHaveLength(1);
		expect(checkPublicHttpsUrl(`https://${host}:5678/webhook/1`, limit)).toHaveLength(1);
		expect(isPrivateHost(new URL(url))).toBe(true);
	});

	it('tells all problems at once', () => {
		expect(checkPublicHttpsUrl(`http://10.0.0.1/${'a'.repeat(limit)}`, limit)).toHaveLength(3);
	});

	it('any text has an answer', () => {
		fc.assert(
			fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl(), fc.string().map((rest) => `https://${rest}`)), (text) => {
				for (const problem of checkPublicHttpsUrl(text, limit)) expect(problem).not.toBe('');
			}),
			{ seed: 1, numRuns: 2000 },
		);
	});
});
