import { randomUUID } from 'node:crypto';

import type { IExecuteFunctions } from 'n8n-workflow';

import { oneLine } from '../job/oneLine';
import { isObject } from '../job/read';
import type { VideoJob } from '../job/VideoJob';
import { describeRequest } from '../job/VideoRequest';
import type { VideoRequest } from '../job/VideoRequest';
import type { Provider } from '../providers/Provider';
import { isTool, readSuspendedState } from '../waiting/suspension';
import { wasMarked } from './durableMark';
import { fingerprint, fingerprintOfFields } from './fingerprints';
import { asksForOther } from './itemRecord';
import type { AskedCreate, ItemRecord, JobEvent, SentCreate } from './itemRecord';
import { newRound, note, placeOf, readRound, tell } from './round';
import type { Round, Told } from './round';

const contextKey = 'soraVideoJobs';
const markKey = 'soraVideoMark';

/** What is shared, in this process, by all runs of one node in one execution; an agent may run it several times at once. */
interface Live {
	/** Rounds that are at work just now. */
	rounds: Set<string>;
	marks: Map<string, Promise<boolean>>;
}

const liveByContext = new WeakMap<object, Live>();

/** What a suspended run leaves for the next one, beside the state of its items. */
export interface Continuation {
	key: string;
	wakeUps: number;
	round: Round;
}

function readContinuation(state: unknown): Continuation | null {
	if (!isObject(state)) return null;
	const round = readRound(state.round);
	return typeof state.key === 'string' && typeof state.wakeUps === 'number' && round
		? { key: state.key, wakeUps: state.wakeUps, round }
		: null;
}

/**
 * The record of a node's creates and jobs: for each item of each round its request, whether it was sent,
 * and the job. It is opened before anything can fail, and it alone knows the ids that items, errors,
 * hints and logs tell.
 *
 * It is kept in n8n's node context, which outlives the tries of Retry On Fail, manual retries, wake-ups
 * and other nodes; and each step is a line of n8n's log, which outlives a crash, Stop and a timeout.
 *
 * A round is found again by n8n's run index, which tries and manual retries keep. For an agent's tool it
 * isn't: n8n counts each try as a run there (`makeHandleToolInvocation` in n8n-core). So a tool's round is
 * found by what the agent asked for, and is taken up as long as the agent hasn't got it.
 */
export class PaidJobs {
	readonly itemCount: number;
	private readonly round: Round;
	private readonly key: string;
	private readonly wakeUps: number;
	private readonly parameters: string;
	private readonly live: Live;
	private readonly isTool: boolean;
	private provider: Pick<Provider, 'id' | 'displayName'> | null = null;

	constructor(private readonly context: IExecuteFunctions) {
		const nodeContext = context.getContext('node');
		this.itemCount = context.getInputData().length;
		this.isTool = isTool(context);
		this.parameters = fingerprintOfFields(context.getNode().parameters);
		this.live = liveByContext.get(nodeContext) ?? { rounds: new Set(), marks: new Map() };
		liveByContext.set(nodeContext, this.live);

		const continued = readContinuation(readSuspendedState(context));
		const stored: unknown = nodeContext[contextKey];
		const rounds: Record<string, Round> = {};
		for (const [key, value] of Object.entries(isObject(stored) ? stored : {})) {
			const round = readRound(value);
			// What others of an agent's runs are writing into must stay the same object.
			if (round) rounds[key] = this.live.rounds.has(key) && isRound(value) ? value : round;
		}
		this.key = continued?.key ?? (this.isTool ? this.keyOfTool(rounds) : String(context.getWorkflowDataProxy(0).$runIndex));
		this.wakeUps = continued?.wakeUps ?? 0;
		this.round = rounds[this.key] ?? continued?.round ?? newRound();
		const kept = Object.entries(rounds).filter(([key, { isDone }]) => !isDone || this.live.rounds.has(key));
		nodeContext[contextKey] = { ...Object.fromEntries(kept), [this.key]: this.round };
		this.live.rounds.add(this.key);
	}

	/** The first round of what the agent asks for that nobody works on and that the agent hasn't got. */
	private keyOfTool(rounds: Record<string, Round>): string {
		const asked = fingerprint([this.context.getInputData().map(({ json }) => json), this.parameters]);
		for (let number = 0; ; number += 1) {
			const key = `${asked}.${number}`;
			if (!this.live.rounds.has(key) && rounds[key]?.isDone !== true) return key;
		}
	}

	/** Told as soon as it is known, for the log. */
	useProvider(provider: Provider): void {
		this.provider = provider;
	}

	/** What is known of an item's job. */
	find(item: number): ItemRecord | undefined {
		return this.round.items[item];
	}

	jobOf(item: number): VideoJob | null {
		const record = this.find(item);
		return record?.state === 'job' ? record.job : null;
	}

	idOf(item: number): string | null {
		const record = this.find(item);
		return record?.state === 'job' ? record.jobId : null;
	}

	/** The id, unless it is only what the item says: that may be no job at all. */
	knownIdOf(item: number): string | null {
		const record = this.find(item);
		return record?.state === 'job' && (record.create ?? record.job) ? record.jobId : null;
	}

	/** The prompt as it was sent; null where this node didn't create the item's job. */
	promptOf(item: number): string | null {
		return this.find(item)?.create?.prompt ?? null;
	}

	/** A create as the item asks for it now. */
	asked(request: VideoRequest): AskedCreate {
		const { model, prompt } = request;
		const of = fingerprint([this.provider?.id, request]);
		return { model, prompt, parameters: this.parameters, request: of };
	}

	/** What an earlier try has sent for this very video; undefined where it is still to be sent. */
	earlier(item: number, asked: AskedCreate): ItemRecord | undefined {
		const record = this.find(item);
		return record?.create && !asksForOther(record, asked) ? record : undefined;
	}

	/**
	 * To be called before the first create of a run: sets a durable mark of it.
	 *
	 * @returns Whether n8n has begun this run again after a crash, without this record: what the first
	 * beginning sent is not known.
	 */
	async isBegunAgain(): Promise<boolean> {
		const execution = this.context.getExecutionId();
		if (typeof execution !== 'string' || execution === '') return false;
		// An agent that runs again need not ask in the same order, so all its asks share one mark.
		const mark = this.isTool ? execution : `${execution}.${this.key}.${this.wakeUps}`;
		const nodeContext = this.context.getContext('node');
		if ((this.isTool ? nodeContext[markKey] : this.round.mark) === mark) return false;
		const setting = this.live.marks.get(mark) ?? wasMarked(this.context, mark).then((before) => before === true);
		this.live.marks.set(mark, setting);
		if (await setting) return true;
		if (this.isTool) nodeContext[markKey] = mark;
		else this.round.mark = mark;
		return false;
	}

	/** A create that may have been sent before n8n began this run again. */
	lost(item: number, asked: AskedCreate): void {
		const create = { ...asked, idempotencyKey: randomUUID(), byFirstBeginning: true, again: null };
		this.note(item, { type: 'sending', create });
		this.log(`may have sent a create to ${this.providerName} before n8n began this execution again: ${describeRequest(asked)}`, item);
	}

	/** To be called before a create is sent, each time. */
	sending(item: number, asked: AskedCreate, again: SentCreate['again']): SentCreate {
		const earlier = this.earlier(item, asked);
		const known = earlier?.state === 'unknown' ? earlier.create : null;
		const create = known ?? { ...asked, idempotencyKey: randomUUID(), byFirstBeginning: false, again };
		this.note(item, { type: 'sending', create });
		this.log(`sends a create to ${this.providerName}: ${describeRequest(create)}`, item);
		return create;
	}

	accepted(item: number, job: VideoJob): void {
		this.note(item, { type: 'accepted', job });
		this.log(`created ${this.providerName} job ${job.id}`, item);
	}

	refused(item: number, why: string): void {
		this.note(item, { type: 'refused' });
		this.log(`created nothing: ${why}`, item);
	}

	/** Nothing new for the record, which counts each create as unknown from the moment it is sent. */
	unknown(item: number, why: string): void {
		this.log(`doesn't know what became of a create: ${why}`, item);
	}

	named(item: number, jobId: string): void {
		this.note(item, { type: 'named', jobId });
	}

	seen(item: number, job: VideoJob): void {
		this.note(item, { type: 'seen', job });
	}

	/** Everything that this round has to tell. */
	tell(): Told {
		return tell(this.round, this.itemCount);
	}

	/** An item's place as a person counts, empty where it is the only one. */
	placeOf(item: number): string {
		return placeOf(item, this.itemCount);
	}

	/** For the run that goes on after a suspension. */
	continuation(): Continuation {
		return { key: this.key, wakeUps: this.wakeUps + 1, round: this.round };
	}

	/** To be called when the run ends, with what has left the node. */
	close(left: 'what was asked for' | 'items' | 'nothing'): void {
		this.live.rounds.delete(this.key);
		// An agent may ask again for what it hasn't got, and gets the same job then; and never another job for
		// a request of which nobody knows what became.
		const isUnknown = Object.values(this.round.items).some(({ state }) => state === 'unknown');
		this.round.isDone = this.isTool ? left === 'what was asked for' && !isUnknown : left !== 'nothing';
	}

	private note(item: number, event: JobEvent): void {
		note(this.round, item, event);
	}

	private get providerName(): string {
		return this.provider?.displayName ?? 'the provider';
	}

	private log(what: string, item: number): void {
		const place = this.placeOf(item);
		const where = `execution ${this.context.getExecutionId()}, node "${this.context.getNode().name}"${place && `, ${place}`}`;
		this.context.logger.info(oneLine(`Sora Video ${what} (${where})`));
	}
}

function isRound(value: unknown): value is Round {
	return readRound(value) !== null;
}
