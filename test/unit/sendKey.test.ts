import { sendBearerKey, sendKeyAs } from '../../credentials/sendKey';

const credentials = {
	apiKey: ' sk-1\n',
	baseUrl: 'https://api.example.com/v1',
	apiBaseUrl: 'https://platform.example.com',
	filesBaseUrl: 'https://files.example.com',
};

it.each([
	{ url: 'https://api.example.com/v1/videos' },
	{ url: 'https://platform.example.com/v1/models' },
	{ url: 'https://files.example.com/upload', headers: { accept: 'application/json' } },
	{ url: '/videos', baseURL: 'https://api.example.com/v1' },
])('goes to the credential\'s own servers: %j', async (options) => {
	expect(await sendBearerKey(credentials, options)).toEqual({ ...options, headers: { ...options.headers, Authorization: 'Bearer sk-1' } });
});

it('goes in the header that the provider reads', async () => {
	const options = { url: 'https://api.example.com/v1/videos', headers: { accept: '*/*' } };
	expect((await sendKeyAs('Authorization', 'Key ')(credentials, options)).headers).toEqual({ accept: '*/*', Authorization: 'Key sk-1' });
	expect((await sendKeyAs('x-goog-api-key', '')(credentials, options)).headers).toEqual({ accept: '*/*', 'x-goog-api-key': 'sk-1' });
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
