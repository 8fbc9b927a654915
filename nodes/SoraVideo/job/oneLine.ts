/**
 * Text from outside as one line of a log: without line breaks and control characters, with which a prompt
 * or a callback could forge lines of its own or speak to the terminal that shows them.
 */
export function oneLine(text: string): string {
	return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
}
