import type { CallbackScheme } from './CallbackScheme';

/** The signature of https://github.com/standard-webhooks/standard-webhooks, version 1 with a secret. */
export const standardWebhooks: CallbackScheme & { kind: 'hmac' } = {
	kind: 'hmac',
	headers: { id: 'webhook-id', timestamp: 'webhook-timestamp', signature: 'webhook-signature' },
	form: 'list',
	version: 'v1',
	parts: ['id', { text: '.' }, 'timestamp', { text: '.' }, 'body'],
	secretPrefix: 'whsec_',
	secretEncoding: 'base64',
	encoding: 'base64',
	toleranceSeconds: 300,
};
