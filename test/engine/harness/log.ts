import { Logger } from '@n8n/backend-common';
import { Container } from '@n8n/di';

/** Every line that nodes write to n8n's log from now on, whatever n8n's own log level is. */
export function readLog(): string[] {
	const lines: string[] = [];
	for (const level of ['info', 'warn', 'error'] as const) {
		jest.spyOn(Container.get(Logger), level).mockImplementation((...[message]: [string, ...unknown[]]) => {
			if (message.startsWith('Sora Video')) lines.push(message);
		});
	}
	return lines;
}
