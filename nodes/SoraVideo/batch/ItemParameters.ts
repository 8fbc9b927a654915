import type { IBinaryData, IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { isObject } from '../job/read';
import {
	quoteProblem,
	readBooleanValue,
	readChoiceValue,
	readNumberValue,
	readObjectValue,
	readTextValue,
} from '../job/readParameter';
import type { NumberLimits, ReadValue } from '../job/readParameter';

function isBinaryData(value: unknown): value is IBinaryData {
	return isObject(value) && typeof value.mimeType === 'string' && typeof value.data === 'string';
}

/**
 * One item's parameters, each read as its type. What is obviously meant is taken (`"true"`, `8s`, blanks
 * at the ends); everything else is a problem that quotes it, and reads as if it had been left empty.
 */
export class ItemParameters {
	/** Clauses that say what is wrong, each with what to do. */
	readonly problems: string[] = [];

	constructor(
		private readonly context: IExecuteFunctions,
		private readonly itemIndex: number,
	) {}

	/** The value as n8n has it, its expression evaluated. */
	value(name: string, byDefault: unknown = ''): unknown {
		const value: unknown = this.context.getNodeParameter(name, this.itemIndex, byDefault);
		return value;
	}

	private take<T>(field: string, value: unknown, read: ReadValue<T | null>): T | null {
		if ('value' in read) return read.value;
		this.problems.push(quoteProblem(field, value, read.expected));
		return null;
	}

	/** @param field The field's name as the panel shows it. */
	text(name: string, field: string): string | null {
		const value = this.value(name);
		return this.take(field, value, readTextValue(value));
	}

	boolean(name: string, field: string): boolean | null {
		const value = this.value(name);
		return this.take(field, value, readBooleanValue(value));
	}

	number(name: string, field: string, limits: NumberLimits): number | null {
		const value = this.value(name);
		return this.take(field, value, readNumberValue(value, limits));
	}

	choice<T extends string>(
		name: string,
		field: string,
		choices: ReadonlyArray<{ value: T; name: string }>,
	): T | null {
		const value = this.value(name);
		return this.take(field, value, readChoiceValue(value, choices));
	}

	object(name: string, field: string): IDataObject {
		const value = this.value(name);
		const read = this.take(field, value, readObjectValue(value));
		return isObject(read) ? read : {};
	}

	/** The model's id, whichever way it was chosen. */
	model(): string | null {
		const value: unknown = this.context.getNodeParameter('model', this.itemIndex, '', { extractValue: true });
		return this.take('Model', value, readTextValue(value));
	}

	/** A binary field: its name, or the file itself where an expression gave that. */
	binary(value: unknown, field: string): string | IBinaryData | null {
		if (isBinaryData(value)) return value;
		const read = readTextValue(value);
		return this.take(field, value, 'value' in read ? read : { expected: 'the name of a binary field of the item' });
	}
}
