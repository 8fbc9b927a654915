import { spawn } from 'node:child_process';

export interface RunOptions {
	cwd: string;
	env?: NodeJS.ProcessEnv;
}

// Set by `npm run` and jest for this project, or by the user for another n8n: a child npm or n8n
// would take it as its own.
const NOT_PASSED_ON = [
	/^npm_(package|lifecycle)_/,
	/^npm_config_(local_|global_)?prefix$/,
	/^(npm_command|INIT_CWD|NODE_ENV|NODE_OPTIONS|NODE_PATH|WEBHOOK_URL)$/,
	/^(N8N|JEST|DB|EXECUTIONS|QUEUE)_/,
];

export function cleanEnvironment(): NodeJS.ProcessEnv {
	return Object.fromEntries(Object.entries(process.env).filter(([name]) => !NOT_PASSED_ON.some((own) => own.test(name))));
}

export async function runCommand(command: string, args: string[], options: RunOptions): Promise<string> {
	const child = spawn(command, args, {
		cwd: options.cwd,
		env: options.env ?? cleanEnvironment(),
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let output = '';
	const collect = (chunk: Buffer) => {
		output += chunk.toString();
	};
	child.stdout.on('data', collect);
	child.stderr.on('data', collect);
	return await new Promise((resolve, reject) => {
		child.on('error', reject);
		child.on('close', (code) => {
			if (code === 0) resolve(output);
			else reject(new Error(`${command} ${args.join(' ')} ended with ${code}:\n${output.slice(-4000)}`));
		});
	});
}
