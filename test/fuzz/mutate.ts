import { isObject } from '../../nodes/SoraVideo/job/read';

/** Random numbers that are the same for the same seed (mulberry32). */
export class Chance {
	constructor(private state: number) {}

	/** A whole number from 0 up to one less than `below`. */
	below(below: number): number {
		this.state = (this.state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
	}

	pick<T>(list: readonly T[]): T | undefined {
		return list[this.below(list.length)];
	}
}

/** What an input is: JSON, whose values are changed as well, or bytes (of text as well). */
export type Form = 'json' | 'bytes';

/** In bytes: what takes time by the square of its length is found by rows of this length. */
const longest = 65_536;

const interesting: readonly unknown[] = [
	null, true, false, 0, -0, -1, 1, 0.5, 100, 2 ** 31, 2 ** 53, 1e308, -1e308, '', ' ', '0', 'x', '1e999', 'NaN', '__proto__', 'constructor', 'toString',
	'completed', 'failed', 'cancelled', 'processing', 'success', 'error', 'https://cdn.example/1.mp4', '/1.mp4', 'data:image/png;base64,AAAA', 'http://',
	'2026-11-20T12:00:00', '99999999-12-31T00:00:00Z', 1764115200, '{"message":"{\\"error\\":\\"x\\"}"}', '[[[[', '\ud800', '16:9', '720p', '8s', 'auto', [], {}, [[]], [null], { '': '' },
];

/** One of them, made anew: what is put into a value is changed there. */
function oddity(chance: Chance): unknown {
	return structuredClone(chance.pick(interesting));
}

/** Rows that patterns look through again and again where they are written badly. */
const rows = [' ', '=', '.', '-', '1', '\\"', '[', '{"a":', 'a/', '/', '_', 'task_', '<', '\0', '\n', 'model ', 'image', 'T1', '%', '[],', ','];

function row(chance: Chance): string {
	const part = chance.pick(rows) ?? ' ';
	const length = 2 ** (3 + chance.below(14));
	return part.repeat(Math.min(length, longest) / part.length) + (chance.pick(['', 'x', '!', '"']) ?? '');
}

interface Place {
	holder: Record<string, unknown> | unknown[];
	key: string | number;
}

/** All places in a value that something can be put in, without recursion: it may be deep. */
function placesIn(value: unknown): Place[] {
	const places: Place[] = [];
	const left = [value];
	for (let holder = left.pop(); holder !== undefined && places.length < 2000; holder = left.pop()) {
		if (!Array.isArray(holder) && !isObject(holder)) continue;
		const entries: Array<[string | number, unknown]> = Array.isArray(holder) ? [...holder.entries()] : Object.entries(holder);
		for (const [key, inner] of entries) {
			places.push({ holder, key });
			if (typeof inner === 'object' && inner !== null) left.push(inner);
		}
	}
	return places;
}

function put({ holder, key }: Place, value: unknown): void {
	Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true });
}

function at({ holder, key }: Place): unknown {
	return Object.getOwnPropertyDescriptor(holder, key)?.value;
}

function deep(value: unknown, chance: Chance): unknown {
	let made = value;
	for (let depth = 2 ** chance.below(11); depth > 0; depth -= 1) made = chance.below(2) === 0 ? [made] : { data: made };
	return made;
}

/** Changes one place of a value. */
function changeValue(value: unknown, other: unknown, names: readonly string[], chance: Chance): void {
	const places = placesIn(value);
	const place = chance.pick(places);
	if (!place) return;
	const others = placesIn(other);
	const otherPlace = chance.pick(others) ?? place;
	const name = chance.pick(names) ?? 'id';
	switch (chance.below(10)) {
		case 0:
		case 1:
			put(place, oddity(chance));
			return;
		case 2:
		case 3:
			put(place, at(otherPlace));
			return;
		case 4:
			put({ holder: place.holder, key: Array.isArray(place.holder) ? place.holder.length : name }, at(chance.pick(places) ?? place));
			return;
		case 5:
			put({ holder: place.holder, key: Array.isArray(place.holder) ? place.holder.length : name }, oddity(chance));
			return;
		case 6:
			Reflect.deleteProperty(place.holder, place.key);
			return;
		case 7:
			put(place, chance.below(2) === 0 ? [at(place)] : { [name]: at(place) });
			return;
		case 8:
			put(place, chance.below(30) === 0 ? row(chance) : oddity(chance));
			return;
		default:
			put(place, chance.below(30) === 0 ? deep(at(place), chance) : String(at(place)));
	}
}

/** A value of JSON, changed in a few places; null where it can't be written any more. */
function changeJson(text: string, otherText: string, names: readonly string[], chance: Chance): Buffer | null {
	try {
		const value: unknown = JSON.parse(text);
		const other: unknown = JSON.parse(otherText);
		const holder = [value];
		for (let count = 1 + chance.below(4); count > 0; count -= 1) changeValue(holder, other, names, chance);
		return Buffer.from(JSON.stringify(holder[0]) ?? 'null');
	} catch {
		return null;
	}
}

function changeBytes(input: Buffer, other: Buffer, chance: Chance): Buffer {
	const from = chance.below(input.length + 1);
	const to = Math.min(input.length, from + chance.below(9));
	const join = (...middle: Buffer[]) => Buffer.concat([input.subarray(0, from), ...middle, input.subarray(to)]);
	const random = Buffer.from(Array.from({ length: 1 + chance.below(4) }, () => chance.below(256)));
	switch (chance.below(8)) {
		case 0:
			return join(random);
		case 1:
			return join();
		case 2:
			return join(input.subarray(from, to), input.subarray(from, to), input.subarray(from, to));
		case 3:
			return join(Buffer.from(String(oddity(chance))));
		case 4:
			return Buffer.concat([input.subarray(0, from), other.subarray(chance.below(other.length + 1))]);
		case 5:
			return chance.below(20) === 0 ? join(Buffer.from(row(chance))) : join(random);
		case 6: {
			const number = Buffer.alloc(4);
			number.writeUInt32BE(chance.pick([0, 1, 7, 8, 16, 0x7fffffff, 0xffffffff, input.length, chance.below(65_536)]) ?? 0);
			return join(chance.below(2) === 0 ? number : number.swap32());
		}
		default:
			return input.subarray(0, from);
	}
}

/** Another input, made of one or two that are there. */
export function mutate(input: Buffer, other: Buffer, form: Form, names: readonly string[], chance: Chance): Buffer {
	let made = form === 'json' && chance.below(5) > 0 ? changeJson(input.toString(), other.toString(), names, chance) : null;
	if (made === null) {
		made = input;
		for (let count = 1 + chance.below(3); count > 0; count -= 1) made = changeBytes(made, other, chance);
	}
	return made.subarray(0, longest * 2);
}

/** The names of all fields in JSON inputs. */
export function namesIn(inputs: readonly Buffer[]): string[] {
	const names = inputs.flatMap((input) => [...input.toString().matchAll(/"([\w-]{1,40})"\s*:/g)].map(([, name = '']) => name));
	return [...new Set(names)];
}
