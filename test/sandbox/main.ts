import { parseArgs } from 'node:util';
import { downloadFaultKinds } from './faults';
import { startSandbox } from './index';

const help = `
Inside a prompt, for that job alone:
  [sandbox seconds=5]  [sandbox slow]  [sandbox states=generating,queued,queued,completed]
  [sandbox fail=moderation]  fail=internal  fail=cancelled (EvoLink)
  [sandbox create=KIND:TIMES]    KIND: 401 403credits 403html 404 429 500 503 502html empty othershape drop hang redirect
  [sandbox status=KIND:TIMES]    the same; without TIMES: always
  [sandbox download=KIND:TIMES]  the same, and truncate ${downloadFaultKinds.slice(0, 8).join(' ')}
    ${downloadFaultKinds.slice(8).join(' ')}
  [sandbox create=429:1 retryAfter=3]  [sandbox create=hang hang=20]
From other processes: GET /control, /control/{requests,jobs,creates,callbacks,leaks,counters,clock,faults};
  POST /control/{clock,faults,settings,reset}
`;

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
	const { baseUrls, apiKeys } = sandbox;
	console.log(`Provider sandbox on ${sandbox.url}\n`);
	console.log(`AI/ML API  ${baseUrls.aimlApi}   key ${apiKeys.aimlApi}`);
	console.log(`EvoLink    ${baseUrls.evoLink}   key ${apiKeys.evoLink}   files ${baseUrls.evoLinkFiles}`);
	console.log(`OpenAI     ${baseUrls.openAi}   key ${apiKeys.openAi}`);
	console.log(`OpenRouter ${baseUrls.openRouter}   key ${apiKeys.openRouter}`);
	console.log(`Vtrix      ${baseUrls.vtrix}   key ${apiKeys.vtrix}`);
	console.log(`Pictures   ${['1280x720', '720x1280', '1792x1024', '1024x1792'].map((size) => sandbox.imageUrl(size)).join('\n           ')}`);
	console.log(help);
	for (const signal of ['SIGINT', 'SIGTERM'] as const) {
		process.once(signal, () => void sandbox.stop().then(() => process.exit(0)));
	}
}

main().catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
});
