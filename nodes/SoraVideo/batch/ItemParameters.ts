import type { IBinaryData, IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { isObject } from '../job/read';
import {
	describeLimits,
	needed,
	quoteProblem,
	readBooleanValue,
	readChoiceValue,
	readNumberValue,
	readObjectValue,
	readTextValue,
} from '../job/readParameter';
import type { NumberLimits, ReadValue } from '../job/readParameter';

function isBinaryData(value: unknown): value is IBinaryData {
	return isObject(value) && typeof value.mimeType === 'string' && (typeof value.data === 'string' || typeof value.id === 'string');
}

/** What an error says, without what n8n adds for itself: items that it counts from 0. */
export function textOf(error: unknown): string {
	return (error instanceof Error ? error.message : String(error)).replace(/\s?\[item \d+\]/g, '');
}

interface TextOptions {
	/** Where the node has no such parameter. */
	byDefault?: string;
	/** What to give, where the field must not be empty. */
	needed?: string;
	/** Stands for a value that can't be read, so that nothing else is said of it. */
	unread?: string;
}

const secondsToWait: NumberLimits = { min: 1, max: 86_400, unit: 'seconds', isWhole: false };

/**
 * One item's parameters, each read as its type. What is obviously meant is taken (`"true"`, `8s`, blanks
 * at the ends); everything else, an expression that fails too, is a problem that quotes it, and reads as
 * if it had been left empty. So nothing here throws.
 */
export class ItemParameters {
	/** Clauses that say what is wrong, each with what to do. */
	readonly problems: string[] = [];

	constructor(
		private readonly context: IExecuteFunctions,
		private readonly itemIndex: number,
	) {}

	private read<T>(
		name: string,
		field: string,
		readAs: (value: unknown) => ReadValue<T | null>,
		byDefault: unknown = '',
	): T | null {
		let value: unknown;
		try {
			const { context, itemIndex } = this;
			// n8n gives a model's id out of what its field holds only if it is told to.
			value = context.getNodeParameter(name, itemIndex, byDefault, name === 'model' ? { extractValue: true } : {});
		} catch (error) {
			this.problems.push(`${field} can't be read (${textOf(error)}): correct its expression`);
			return null;
		}
		const read = readAs(value);
		if ('value' in read) return read.value;
		this.problems.push(quoteProblem(field, value, read.expected));
		return null;
	}

	/** @param field The field's name as the panel shows it. */
	text(name: string, field: string, options: TextOptions = {}): string | null {
		const before = this.problems.length;
		const { byDefault, needed: expected, unread = null } = options;
		const readAs = (value: unknown) => (expected === undefined ? readTextValue(value) : needed(readTextValue(value), expected));
		const text = this.read(name, field, readAs, byDefault);
		return this.problems.length > before ? unread : text;
	}

	boolean(name: string, field: string): boolean | null {
		return this.read(name, field, readBooleanValue);
	}

	number(name: string, field: string, limits: NumberLimits): number | null {
		return this.read(name, field, (value) => readNumberValue(value, limits));
	}

	choice<T extends string>(name: string, field: string, choices: ReadonlyArray<{ value: T; name: string }>): T | null {
		return this.read(name, field, (value) => readChoiceValue(value, choices));
	}

	object(name: string, field: string): IDataObject {
		const read = this.read(name, field, readObjectValue);
		return isObject(read) ? read : {};
	}

	/** The entries of a field that can have several. */
	list(name: string, field: string): unknown[] {
		const readAs = (value: unknown): ReadValue<unknown[]> => (Array.isArray(value) ? { value } : { expected: 'a list' });
		return this.read(name, field, readAs, []) ?? [];
	}

	/** A binary field: its name, or the file itself where an expression gave that. */
	binary(name: string, field: string): string | IBinaryData | null {
		const expected = 'the name of a binary field of the item, as the Binary tab of the input shows it';
		return this.read<string | IBinaryData>(
			name,
			field,
			(value) => {
				if (isBinaryData(value)) return { value };
				const read = readTextValue(value);
				return 'value' in read && read.value !== null ? read : { expected };
			},
			'data',
		);
	}

	/** The id of the job that the item names. */
	jobId(): string | null {
		const expected = 'the "id" that Create gave, for example {{ $json.id }}';
		return this.read('jobId', 'Job ID', (value) => {
			if (typeof value === 'number' && value > Number.MAX_SAFE_INTEGER) {
				return { expected: 'it as text, since a number this long has lost its last digits' };
			}
			const read = readTextValue(value);
			return 'value' in read && read.value !== null ? read : { expected };
		});
	}

	/** How long the item's job is waited for, in milliseconds. */
	timeout(): number | null {
		const readAs = (value: unknown) => needed(readNumberValue(value, secondsToWait), describeLimits(secondsToWait));
		const seconds = this.read('timeout', 'Timeout', readAs, 1800);
		return seconds === null ? null : seconds * 1000;
	}

	/** Whether the item is to carry the provider's own answer. */
	wantsRaw(): boolean {
		return this.boolean('options.includeRaw', 'Include Raw Response') === true;
	}
}
