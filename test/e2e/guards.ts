export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function asObject(value: unknown, what: string): JsonObject {
	if (!isObject(value)) throw new Error(`${what} is not an object: ${JSON.stringify(value)}`);
	return value;
}

export function asString(value: unknown, what: string): string {
	if (typeof value === 'string') return value;
	if (typeof value === 'number') return String(value);
	throw new Error(`${what} is not a string: ${JSON.stringify(value)}`);
}
