import type { IExecuteFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import { withoutStop } from '../job/read';
import type { PaidJobs } from '../paidJobs/PaidJobs';
import type { Told } from '../paidJobs/round';
import { quoteAnswer } from '../transport/createOnce';
import { isTool } from '../waiting/suspension';
import { textOf } from './ItemParameters';
import type { ItemResult } from './ItemResult';
import { NodeStopped } from './NodeRun';

/** Items that a headline names; the description names all. */
const mostInHeadline = 3;

type Stopped = NodeStopped['items'];

/** Whether a sentence names this job. Its id alone proves nothing: "12" is in many sentences. */
export function namesJob(message: string, id: string): boolean {
	const words = message.split(' ').map((word) => word.replace(/[.,:;)]+$/, ''));
	return words.some((word, index) => word === id && /^job$/i.test(words[index - 1] ?? ''));
}

/** What is wrong with an item, as a clause that says which one it is. */
function clauseOf(record: PaidJobs, { itemIndex, result }: Stopped[number]): string {
	const place = record.placeOf(itemIndex);
	if (result.problems) {
		const id = record.idOf(itemIndex);
		return `${place && `in ${place}${id === null ? '' : ` (job ${id})`} `}${result.problems.join('; and ')}`;
	}
	return `${place && `${place}: `}${withoutStop(result.failure?.message ?? '')}`;
}

function headlineOf(record: PaidJobs, items: Stopped): string {
	const [first] = items;
	const message = first?.result.failure?.message ?? 'The node was stopped.';
	const other = items.find(({ result }) => !result.problems)?.result.failure?.message;
	const named = other === undefined ? items.slice(0, mostInHeadline) : items.slice(0, 1);
	const left = items.length - named.length;
	const more = left > 0 ? `; and ${left} more ${left === 1 ? 'item has' : 'items have'} problems (all are below)` : '';
	if (other !== undefined) return more === '' ? other : `${withoutStop(other)}${more}.`;
	if (first && items.length === 1 && record.placeOf(first.itemIndex) === '') return message;
	const beginning = /^Nothing was sent[^,]*, because/.exec(message)?.[0] ?? 'Nothing was sent, because';
	return `${beginning} ${named.map((item) => clauseOf(record, item)).join('; and ')}${more}.`;
}

/** Says first what was created and is charged, where the rest of the sentence is about something else. */
function afterCreated(record: PaidJobs, message: string, { charged }: Told): string {
	const [only] = charged;
	if (only === undefined || (charged.length === 1 && namesJob(message, only))) return message;
	const what =
		record.itemCount === 1
			? 'The video is created and charged (its ID is below)'
			: `Of ${record.itemCount} videos, ${charged.length} ${charged.length === 1 ? 'is' : 'are'} created and charged (IDs below)`;
	return `${what}, but then: ${message.replace(/^Nothing was sent/, 'Nothing more was sent')}`;
}

const leaveByFailed =
	'To let such items leave by the output Failed while the others go on, set Settings > On Error of this node to Continue.';

function describe(record: PaidJobs, items: Stopped, message: string, { jobIds, named, unknown }: Told, outputCount: 1 | 3): string[] {
	const [first] = items;
	const answer = first?.result.failure?.code === 'outcome_unknown' ? quoteAnswer(first.result.raw) : '';
	const place = first ? record.placeOf(first.itemIndex) : '';
	// Requests whose outcome is unknown have a list of their own.
	const listed = items.filter(({ result }) => result.failure?.code !== 'outcome_unknown');
	const parts = [
		items.length > 1 && listed.length > 0 && `Items with problems: ${listed.map((item) => clauseOf(record, item)).join('. ')}.`,
		items.length === 1 && place !== '' && !message.includes(place) && `It was ${place}.`,
		jobIds.length > 0 &&
			!(jobIds.length === 1 && jobIds.every((id) => namesJob(message, id))) &&
			`Jobs of this run at the provider: ${jobIds.join(', ')}. Those that have not failed can be had by their IDs, with the operation Wait for Completion or Download, rather than by creating them again.`,
		items.length === 0 && named.length > 0 && `The items name these jobs: ${named.join(', ')}.`,
		unknown.length > 0 &&
			`Requests that may have created jobs whose ids are not known: ${unknown.join('; ')}. Look for them in the provider's dashboard before creating them again.`,
		answer !== '' && `The provider's answer: ${answer}`,
		items.length > 0 && outputCount === 3 && leaveByFailed,
	];
	return parts.filter((part) => part !== false);
}

/** Without the index of an item: n8n counts it from 0, beside sentences that count as people do. */
function makeError(context: IExecuteFunctions, message: string, description = ''): NodeOperationError {
	const error = new NodeOperationError(context.getNode(), message, { description: description || undefined, level: 'warning' });
	// n8n puts words of its own in the place of a message in which it finds the name of a network error, even
	// within a prompt that the message quotes: "You can retry the request immediately", which after a create
	// means to pay twice.
	error.message = message;
	error.messages = [];
	return error;
}

/**
 * n8n's error for whatever stopped the node. It names every job that exists, and every request of which
 * nobody knows what it created, so that nothing paid for is lost with it.
 *
 * @param outputCount The operation's: with a Failed output, the error says how items get there.
 */
export function toNodeError(context: IExecuteFunctions, record: PaidJobs, thrown: unknown, outputCount: 1 | 3): NodeOperationError {
	const told = record.tell();
	const items = thrown instanceof NodeStopped ? thrown.items : [];
	const headline = items.length > 0 ? headlineOf(record, items) : textOf(thrown);
	const own = thrown instanceof NodeOperationError ? thrown.description : null;
	const parts = [own, ...describe(record, items, headline, told, isTool(context) ? 1 : outputCount)];
	return makeError(context, afterCreated(record, headline, told), parts.filter((part) => part).join(' '));
}

/** The error of one item, for n8n's own error output. */
export function toItemError(context: IExecuteFunctions, { failure }: ItemResult): NodeOperationError {
	return makeError(context, failure?.message ?? '');
}
