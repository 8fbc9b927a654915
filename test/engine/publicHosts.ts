import { publicName } from '../sandbox/images';

/** A link into the sandbox by a name that the internet could have: n8n reads no item's link at a private address. */
export function publicly(link: string): string {
	return `http://${publicName}${new URL(link).pathname}`;
}

/** Has n8n ask this server for everything that isn't on this machine; gives back how to end that. */
export function throughProxy(url: string): () => void {
	process.env.HTTP_PROXY = url;
	process.env.NO_PROXY = '127.0.0.1,localhost';
	return () => {
		delete process.env.HTTP_PROXY;
		delete process.env.NO_PROXY;
	};
}
