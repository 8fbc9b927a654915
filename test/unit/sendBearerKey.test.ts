import { sendBearerKey } from '../../credentials/sendBearerKey';

const credentials = { apiKey: ' sk-1\n', baseUrl: 'https://api.example.com/v1', filesBaseUrl: 'https://files.example.com' };

it.each([
	{ url: 'https://api.example.com/v1/videos' },
	{ url: 'https://files.example.com/upload', headers: { accept: 'application/json' } },
	{ url: '/videos', baseURL: 'https://api.example.com/v1' },
])('goes to the credential\'s own servers: %j', async (options) => {
	expect(await sendBearerKey(credentials, options)).toEqual({ ...options, headers: { ...options.headers, Authorization: 'Bearer sk-1' } });
});

it.each([
	'https://api.example.com.evil.example/v1/videos',
	'https://evil.example/?https://api.example.com/v1',
	'https://api.example.com:8443/v1/videos',
	'http://api.example.com/v1/videos',
	'https://api.example.com@evil.example/v1',
	'/videos',
	'',
])('goes nowhere else: %s', async (url) => {
	const options = { url, headers: {} };
	await expect(sendBearerKey(credentials, options)).rejects.toThrow('was not sent');
	expect(options.headers).toEqual({});
});

it('goes nowhere where the credential names no server', async () => {
	await expect(sendBearerKey({ apiKey: 'sk-1', baseUrl: '' }, { url: 'https://api.example.com' })).rejects.toThrow('was not sent');
});
