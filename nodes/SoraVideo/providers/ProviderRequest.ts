import type { IDataObject } from 'n8n-workflow';

/** Which of the credential's own URLs a request goes to; a request can't name any other host. */
export type BaseUrlField = 'baseUrl' | 'apiBaseUrl' | 'filesBaseUrl';

/** An HTTP request as a value. */
export interface ProviderRequest {
	method: 'GET' | 'POST' | 'PUT' | 'DELETE';
	base: BaseUrlField;
	/** Begins with `/`; job ids in it are URL-encoded. May hold a query. */
	path: string;
	body?: IDataObject;
	/** Sent as `multipart/form-data`, instead of a body. */
	form?: ProviderForm;
	/** Besides those that every request has. */
	headers?: Record<string, string>;
}

/** The parts of a multipart request. */
export interface ProviderForm {
	fields: Record<string, string>;
	file?: { field: string; fileName: string; mimeType: string; base64: string };
}

/** A request for a page that anybody may read: it carries no key. */
export type PublicRequest = OwnPage | OtherPage;

/** A page below one of the credential's own URLs. */
export interface OwnPage {
	method: 'GET';
	base: BaseUrlField;
	path: string;
	withoutKey: true;
}

/** A page on another host of the provider's. */
export interface OtherPage {
	method: 'GET';
	url: string;
	/**
	 * The documented base URL that this page belongs to. Where the credential names another one (a proxy,
	 * a test server), that one stands for the whole provider, and is asked for the same path.
	 */
	besides?: string;
}
