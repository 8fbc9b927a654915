import { saysUnknownId } from '../transport/askForJob';

/** A question for a job that was refused. Times in milliseconds. */
export interface Refusal {
	/** The HTTP status. */
	status: number;
	/** Since the first of the refusals in a row. */
	refusedFor: number;
	/** How many there were in a row before. */
	before: number;
	/** Whether this key and this job were good before: the job was created or told of. */
	wasGood: boolean;
	/** Since the job was created; null where that isn't known. */
	age: number | null;
}

/** In milliseconds. An object, so that tests needn't wait as long. */
export const patienceWithRefusals = {
	/** Between the questions; the last one goes on. */
	pauses: [3_000, 7_000, 15_000, 30_000],
	/** As long as a row of refusals is taken for a blip. */
	blip: 55_000,
	/** Younger jobs may not be known yet everywhere at the provider. */
	young: 120_000,
};

/**
 * Milliseconds until a job is asked for again whose question was refused; null where the refusal is
 * believed and ends the wait, though the job may be paid for.
 */
export function pauseAfterRefusal({ status, refusedFor, before, wasGood, age }: Refusal): number | null {
	const { pauses, blip, young } = patienceWithRefusals;
	const isYoung = age !== null && age < young;
	if (!wasGood && !isYoung) return null;
	if (refusedFor >= blip && !(isYoung && saysUnknownId(status))) return null;
	return pauses[Math.min(before, pauses.length - 1)] ?? null;
}
