/** Values as words: `4, 8 or 12`. */
export function listed(values: ReadonlyArray<string | number>): string {
	return values.length < 2
		? values.join('')
		: `${values.slice(0, -1).join(', ')} or ${values[values.length - 1]}`;
}
