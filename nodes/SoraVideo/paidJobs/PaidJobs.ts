import { randomUUID } from 'node:crypto';

import type { IExecuteFunctions } from 'n8n-workflow';

import { oneLine } from '../job/oneLine';
import type { VideoJob } from '../job/VideoJob';
import { describeRequest } from '../job/VideoRequest';
import type { VideoRequest } from '../job/VideoRequest';
import type { Provider } from '../providers/Provider';
import { wasMarked } from './durableMark';
import { fingerprint, fingerprintOfFields } from './fingerprints';
import { asksForOther } from './itemRecord';
import type { AskedCreate, ItemRecord, JobEvent, SentCreate } from './itemRecord';
import { closeRound, openRound } from './openRound';
import type { Continuation, OpenRound } from './openRound';
import { note, placeOf, tell } from './round';
import type { Round, Told } from './round';

/**
 * The record of a node's creates and jobs: for each item of each round its request, whether it was sent,
 * and the job. It is opened before anything can fail, and it alone knows the ids that items, errors,
 * hints and logs tell.
 *
 * It is kept in n8n's node context, which outlives the tries of Retry On Fail, manual retries, wake-ups
 * and other nodes; and each step is a line of n8n's log, which outlives a crash, Stop and a timeout.
 */
export class PaidJobs {
	readonly itemCount: number;
	private readonly open: OpenRound;
	private readonly round: Round;
	private readonly parameters: string;
	private provider: Pick<Provider, 'id' | 'displayName'> | null = null;

	constructor(private readonly context: IExecuteFunctions) {
		this.itemCount = context.getInputData().length;
		this.parameters = fingerprintOfFields(context.getNode().parameters);
		this.open = openRound(context, this.parameters);
		({ round: this.round } = this.open);
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
		const { marks, round, markOf } = this.open;
		const mark = markOf(this.context.getExecutionId());
		if (mark === null || round.mark === mark) return false;
		const setting = marks.get(mark) ?? wasMarked(this.context, mark).then((before) => before === true);
		marks.set(mark, setting);
		if (await setting) return true;
		round.mark = mark;
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
		const { key, wakeUps, round } = this.open;
		return { key, wakeUps: wakeUps + 1, round };
	}

	/** To be called when the run ends, with what has left the node. */
	close(left: 'what was asked for' | 'items' | 'nothing'): void {
		closeRound(this.open, left);
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
