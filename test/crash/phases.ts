import type { Step } from '../e2e/workflowBuilder';
import type { SandboxJob } from '../sandbox';

/** What can be seen of a phase's executions from outside, when it is to be found out how far they are. */
export interface Seen {
	executions: number;
	/** By the workers, just now. */
	held: number;
	/** Executions that are stored as waiting. */
	waiting: number;
	/** Items whose creates have come to the sandbox, whatever it made of them. */
	asked: number;
	jobs: SandboxJob[];
}

/** Where in an execution its worker is killed. */
export interface Phase {
	name: string;
	title: string;
	/** Of the Sora Video node. */
	parameters: object;
	before?: Step[];
	after?: Step[];
	/** What the sandbox is to do with each item's create and job. */
	directives: string[];
	/** How many runs of the node have set their marks by then: the first one, and each that was woken. */
	marks: 0 | 1 | 2;
	/** Whether all executions are in this phase. */
	isReached(seen: Seen): boolean;
}

/** In memory: n8n suspends from 65 seconds on. */
function waitInMemory(seconds: number): Step {
	const parameters = { resume: 'timeInterval', amount: seconds, unit: 'seconds' };
	return { name: 'Wait', type: 'n8n-nodes-base.wait', typeVersion: 1.1, parameters };
}

const each = (directive: string) => Array<string>(5).fill(directive);
/** Longer than any phase lasts. */
const running = 'seconds=900';
const unanswered = `create=hang hang=900 ${running}`;

export const phases: Phase[] = [
	{
		name: 'before',
		title: 'before the creates, in a node before',
		parameters: {},
		before: [waitInMemory(30)],
		directives: each('seconds=1'),
		marks: 0,
		isReached: ({ held, executions }) => held === executions,
	},
	{
		name: 'refused',
		title: 'before the creates are accepted: refused with 429',
		parameters: {},
		directives: each('create=429:1 retryAfter=120 seconds=1'),
		marks: 1,
		isReached: ({ asked, executions }) => asked >= executions,
	},
	{
		name: 'between',
		title: 'between the creates: 2 answered, 1 not, 2 not sent',
		parameters: { options: { batchSize: 3 } },
		directives: [running, running, unanswered, running, running],
		marks: 1,
		isReached: ({ jobs, executions }) => jobs.length === 3 * executions,
	},
	{
		name: 'after',
		title: 'after the creates, in a node behind',
		parameters: { operation: 'create' },
		after: [waitInMemory(60)],
		directives: each(running),
		marks: 1,
		isReached: ({ jobs, executions }) => jobs.length === 5 * executions,
	},
	{
		name: 'asking',
		title: 'asking in memory',
		parameters: {},
		directives: each(running),
		marks: 1,
		isReached: ({ jobs, executions }) => jobs.length === 5 * executions && jobs.every(({ asks }) => asks > 0),
	},
	{
		name: 'suspended',
		title: 'suspended',
		parameters: { waitUsing: 'suspend' },
		directives: each('seconds=30'),
		marks: 1,
		isReached: ({ waiting, executions }) => waiting === executions,
	},
	{
		name: 'woken',
		title: 'woken: 3 ended, 1 created then, 1 create not answered',
		parameters: { waitUsing: 'suspend', options: { batchSize: 3 } },
		directives: [...Array<string>(3).fill('seconds=30'), running, unanswered],
		marks: 2,
		isReached: ({ jobs, executions }) => jobs.length === 5 * executions,
	},
];
