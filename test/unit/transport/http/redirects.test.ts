import { refuseLink } from '../../../../nodes/SoraVideo/transport/http/redirects';

const publicHost = 'https://cdn.example.com/a.mp4';
const privateHosts = [
	'127.0.0.1', 'localhost', '10.0.0.7', '172.16.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1', '[::1]',
	'[fd00::1]', '[fe80::1]', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1', 'metadata', 'nas.local', '0.0.0.0',
	'metadata.google.internal', 'localhost.', '192.0.0.192', '[64:ff9b::7f00:1]',
];
const linkLocalHosts = ['169.254.169.254', '[fe80::1]', '0xa9fea9fe'];

describe('refuseLink', () => {
	it.each(privateHosts)('a public host leads to no private one: %s', (host) => {
		for (const isRedirect of [true, false]) {
			expect(refuseLink(new URL(publicHost), new URL(`https://${host}/x`), isRedirect)).toContain('private address');
		}
	});

	it.each(privateHosts)('an item leads to no private host, whatever the Base URL is: %s', (host) => {
		expect(refuseLink(null, new URL(`http://${host}/x`), false)).toContain('private address');
	});

	it.each(linkLocalHosts)('nobody leads to a link-local address, where clouds keep secrets: %s', (host) => {
		expect(refuseLink(new URL('http://127.0.0.1:4010/v1'), new URL(`http://${host}/x`), false)).toContain('private address');
		expect(refuseLink(new URL('http://169.254.7.7'), new URL(`http://${host}/x`), false)).toBeNull();
	});

	it.each(privateHosts.filter((host) => !linkLocalHosts.includes(host)))('a private host leads to private ones: %s', (host) => {
		expect(refuseLink(new URL('http://127.0.0.1:4010/v1'), new URL(`http://${host}/x`), true)).toBeNull();
		expect(refuseLink(new URL('https://gateway.local'), new URL(`https://${host}/x`), true)).toBeNull();
	});

	it('no redirect leads from https to http, but a link of the provider may be http', () => {
		const [from, to] = [new URL(publicHost), new URL('http://other.example.com/a.mp4')];
		expect(refuseLink(from, to, true)).toContain('https to http');
		expect(refuseLink(from, to, false)).toBeNull();
		expect(refuseLink(to, from, true)).toBeNull();
		expect(refuseLink(to, new URL('http://third.example.com'), true)).toBeNull();
	});

	it.each(['file:///etc/passwd', 'ftp://example.com/a', 'data:video/mp4;base64,AA', 'gopher://127.0.0.1'])('%s is no web address', (link) => {
		expect(refuseLink(new URL(publicHost), new URL(link), true)).toContain('no web address');
		expect(refuseLink(new URL('http://localhost'), new URL(link), false)).toContain('no web address');
	});

	it('public to public is the rule', () => {
		expect(refuseLink(new URL(publicHost), new URL('https://storage.example.org/b?sig=1'), true)).toBeNull();
	});
});
