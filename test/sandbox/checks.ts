export type Rule =
	| { kind: 'string'; required?: boolean; max?: number; pattern?: RegExp }
	| { kind: 'oneOf'; values: ReadonlyArray<string | number>; required?: boolean }
	| { kind: 'boolean'; required?: boolean }
	| { kind: 'integer'; required?: boolean }
	| { kind: 'number'; required?: boolean }
	| { kind: 'list'; required?: boolean }
	| { kind: 'object'; required?: boolean }
	| { kind: 'urls'; max: number; required?: boolean };
export type Rules = Record<string, Rule>;

export interface Problem {
	field: string;
	reason: 'missing' | 'type' | 'enum' | 'unknown' | 'tooLong' | 'tooMany' | 'format';
	expected: string;
	received: string;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** undefined: not JSON, or not sent as JSON. */
export function jsonBody(raw: Buffer, contentType: string | undefined): unknown {
	if (!/^application\/json\b/i.test(contentType ?? '')) return undefined;
	try {
		const parsed: unknown = JSON.parse(raw.toString('utf8'));
		return parsed;
	} catch {
		return undefined;
	}
}

export function show(value: unknown): string {
	return typeof value === 'string' ? `'${value}'` : String(value);
}

export function findProblems(body: Record<string, unknown>, rules: Rules): Problem[] {
	const unknown = Object.keys(body)
		.filter((field) => !Object.hasOwn(rules, field))
		.map((field): Problem => ({ field, reason: 'unknown', expected: Object.keys(rules).join(', '), received: field }));
	return Object.entries(rules).flatMap(([field, rule]) => problemsOf(field, body[field], rule)).concat(unknown);
}

function problemsOf(field: string, value: unknown, rule: Rule): Problem[] {
	const found = (reason: Problem['reason'], expected: string, received = show(value)): Problem[] => [{ field, reason, expected, received }];
	if (value === undefined) return rule.required ? found('missing', rule.kind) : [];
	if (rule.kind === 'oneOf') {
		const type = typeof rule.values[0];
		if (typeof value !== type) return found('type', type, typeName(value));
		return rule.values.some((allowed) => allowed === value) ? [] : found('enum', rule.values.map(show).join(' | '));
	}
	if (rule.kind === 'urls') {
		if (!Array.isArray(value)) return found('type', 'array', typeName(value));
		if (value.length > rule.max) return found('tooMany', String(rule.max), String(value.length));
		const bad: unknown = value.find((entry) => !isHttpUrl(entry));
		return bad === undefined ? [] : found('format', 'an http(s) URL', show(bad));
	}
	if (rule.kind === 'integer') return Number.isInteger(value) ? [] : found('type', 'integer', typeName(value));
	if (rule.kind === 'number') return typeof value === 'number' ? [] : found('type', 'number', typeName(value));
	if (rule.kind === 'list') return Array.isArray(value) ? [] : found('type', 'array', typeName(value));
	if (rule.kind === 'object') return isRecord(value) ? [] : found('type', 'object', typeName(value));
	if (rule.kind === 'boolean') return typeof value === 'boolean' ? [] : found('type', 'boolean', typeName(value));
	if (typeof value !== 'string') return found('type', 'string', typeName(value));
	if (rule.required && value === '') return found('missing', 'string');
	if (rule.max !== undefined && value.length > rule.max) return found('tooLong', String(rule.max), String(value.length));
	return rule.pattern && !rule.pattern.test(value) ? found('format', String(rule.pattern)) : [];
}

export function isHttpUrl(value: unknown): value is string {
	return typeof value === 'string' && /^https?:\/\/[^\s]+$/i.test(value) && URL.canParse(value);
}

export function typeName(value: unknown): string {
	if (value === null) return 'null';
	return Array.isArray(value) ? 'array' : typeof value;
}

/** A malformed escape stays as it came: it matches nothing. */
export function decodePart(part: string): string {
	try {
		return decodeURIComponent(part);
	} catch {
		return part;
	}
}

export function text(value: unknown, fallback: string): string {
	return typeof value === 'string' ? value : fallback;
}

export function hasKey(authorization: string | undefined, apiKey: string): boolean {
	return authorization === `Bearer ${apiKey}`;
}
