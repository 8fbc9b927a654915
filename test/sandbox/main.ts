import { parseArgs } from 'node:util';
import { describeSandbox } from './describe';
import { createFaultKinds, downloadFaultKinds, faultKinds, statusFaultKinds } from './faults';
import { startSandbox } from './index';

const help = `
Inside a prompt, for that job alone:
  [sandbox seconds=5]  [sandbox slow]  [sandbox states=generating,queued,queued,completed]
  [sandbox fail=moderation]  fail=internal  fail=cancelled (EvoLink)
  [sandbox id=odd]               the id ends with characters that need care; id=TEXT: with this text
  [sandbox create=KIND:TIMES]    KIND: ${lines([...faultKinds, ...createFaultKinds])}
  [sandbox status=KIND:TIMES]    the same but ${createFaultKinds.join(' ')}, and ${statusFaultKinds.join(' ')}; without TIMES: always
  [sandbox download=KIND:TIMES]  the same, and ${lines(downloadFaultKinds)}
  [sandbox create=429:1 retryAfter=3]  retryAfter also: date ms nonsense year
  [sandbox create=hang hang=20]
From other processes: GET /control, /control/{requests,jobs,creates,callbacks,leaks,counters,clock,faults};
  POST /control/{clock,faults,settings,reset}
  /control/faults {"chaos": {"seed": 1, "percent": {"create": 10, "status": 20, "download": 10}}}: by chance
  /control/settings: what GET /control shows under settings
`;

function lines(kinds: readonly string[]): string {
	const indent = '\n' + ' '.repeat(33);
	return kinds.map((kind, index) => (index > 0 && index % 8 === 0 ? indent : '') + kind).join(' ');
}

function amount(name: string, value: string | undefined, fallback: number): number {
	const number = Number(value ?? fallback);
	if (!Number.isFinite(number) || number < 0) throw new Error(`--${name} must be a number, not ${value}`);
	return number;
}

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			port: { type: 'string' },
			'job-seconds': { type: 'string' },
			speed: { type: 'string' },
			'max-jobs': { type: 'string' },
			'any-callback': { type: 'boolean' },
		},
	});
	const sandbox = await startSandbox({
		port: amount('port', values.port, 4010),
		jobSeconds: amount('job-seconds', values['job-seconds'], 20),
		speed: amount('speed', values.speed, 1),
		maxConcurrentJobs: amount('max-jobs', values['max-jobs'], 0),
		strictCallbacks: !values['any-callback'],
	});
	console.log(`Provider sandbox on ${sandbox.url}\n`);
	console.log(describeSandbox(sandbox).join('\n'));
	console.log(`pictures       ${['1280x720', '720x1280', '1792x1024', '1024x1792'].map((size) => sandbox.imageUrl(size)).join(`\n${' '.repeat(15)}`)}`);
	console.log(help);
	for (const signal of ['SIGINT', 'SIGTERM'] as const) {
		process.once(signal, () => void sandbox.stop().then(() => process.exit(0)));
	}
}

main().catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
});
