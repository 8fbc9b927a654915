import { describeFailure, sentence } from '../job/failure';
import { readComplaint } from '../job/readAnswer';
import type { JobFailure, VideoJob } from '../job/VideoJob';
import type { Provider } from './Provider';

/**
 * A job that says it completed and has no video has failed. Some providers tell the state a moment before
 * the link, so a caller asks again a few times before it believes this.
 *
 * @param body The answer that the job was read from.
 * @returns The job as failed, in the provider's words; null where it isn't such a job: it hasn't completed,
 * it has a link, or its video is had without one (`writeContent`) and nothing was said against that.
 */
export function endedWithoutVideo(
	provider: Provider,
	job: VideoJob,
	body: unknown,
): (VideoJob & { status: 'failed' }) | null {
	if (job.status !== 'completed' || job.videoUrls.length > 0) return null;
	const { displayName, reading } = provider;
	const complaint = readComplaint(reading, body);
	if (provider.writeContent !== undefined && !complaint.isFailure) return null;
	const subject = `${displayName} job ${job.id} ended as ${job.rawStatus ?? job.status}, and without a video`;
	const failure: JobFailure = complaint.isFailure
		? describeFailure(subject, { ...complaint, model: job.model })
		: {
				code: 'no_video',
				message: sentence(
					`${subject} that this node finds (its answer holds no link and no reason)`,
					"look the job up in the provider's dashboard, and set the option Include Raw Response to see the whole answer",
				),
				category: 'provider',
				retryable: false,
			};
	return { ...job, status: 'failed', failure };
}
