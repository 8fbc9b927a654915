import sharp from 'sharp';

import { expectSentence, model, only, runSoraVideo } from './setup';
import { openPublicHosts, type TinyReply, type TinyServer } from './tinyServer';

// Where a linked image may be read from, with public hosts behind a proxy.

const key = 'sk-secret-0123456789abcdef';
const create = '/v2/video/generations';
const link = 'http://pictures.example.org/a.jpg';

let proxy: TinyServer;
let replies: Record<string, TinyReply>;
openPublicHosts((opened) => (proxy = opened), (url) => replies[url]);

async function createWith(imageUrl: string, baseUrl = 'http://api.example.com') {
	return await runSoraVideo(undefined as never, {
		provider: 'aimlApi',
		operation: 'create',
		parameters: { model: model('openai/sora-2-i2v'), prompt: 'Sea', imageSource: 'url', imageUrl },
		credentials: { soraVideoAimlApi: { apiKey: key, baseUrl } },
	});
}

function redirect(location: string): TinyReply {
	return { status: 302, headers: { location } };
}

const created: TinyReply = { body: { id: 'job-1', status: 'queued' } };

it.each(['http://10.0.0.7/a.jpg', 'http://127.0.0.1:5678/rest/settings', 'http://169.254.169.254/latest/meta-data', 'http://nas/a.jpg'])(
	'neither a link nor a redirect makes n8n read %s, whatever the Base URL is; the hint repeats no redirect',
	async (target) => {
		for (const base of ['http://api.example.com', 'http://10.0.0.1:3000']) {
			for (const imageUrl of [target, link]) {
				replies = { [base + create]: created, [link]: redirect(target), [target]: { body: '{"secret":1}' } };
				const run = await createWith(imageUrl, base);
				expect(only(only(run.outputs)).json).toMatchObject({ id: 'job-1' });
				expect(only(run.hints).message).toContain(imageUrl === target ? `it leads to the private address ${new URL(target).hostname}` : '(pictures.example.org)');
			}
		}
		expect(proxy.calls.map(({ url }) => url)).not.toContain(target);
	},
);

it('a redirect between public hosts is followed without the key, and the image looked at', async () => {
	const wrong = await sharp({ create: { width: 640, height: 480, channels: 3, background: '#334455' } }).jpeg().toBuffer();
	replies = { [`http://api.example.com${create}`]: created, [link]: redirect('http://cdn.example.net/b.jpg'), 'http://cdn.example.net/b.jpg': { body: wrong } };
	const run = await createWith(link);
	expectSentence(run.error?.message, '640x480', '1280x720');
	expect(proxy.calls.map(({ url, headers }) => [url, headers.authorization])).toEqual([[link, undefined], ['http://cdn.example.net/b.jpg', undefined]]);
});

it.each([401, 403])('a link to the credential\'s own origin that answers %i gets no key: whoever wrote the item would choose what is done with it', async (status) => {
	const own = 'http://api.example.com/v2/account/delete';
	replies = { [`http://api.example.com${create}`]: created, [own]: { status } };
	const run = await createWith(own);
	expect(only(only(run.outputs)).json).toMatchObject({ id: 'job-1' });
	expect(proxy.calls.filter(({ url }) => url === own).map(({ headers }) => headers.authorization)).toEqual([undefined]);
});
