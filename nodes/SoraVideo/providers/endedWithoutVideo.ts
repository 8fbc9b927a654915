import { describeFailure, sentence } from '../job/failure';
import { readComplaint } from '../job/answers/readAnswer';
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
	const subject = `${displayName} job ${job.id} is completed, but its answer has no link to a video`;
	const failure: JobFailure = complaint.isFailure
		? describeFailure(subject, { ...complaint, model: job.model })
		: {
				code: 'no_video',
				message: sentence(
					`${subject} and no reason`,
					"look at the answer with the operation Get Status and Include Raw Response, and for the video in the provider's dashboard, before creating it again",
				),
				category: 'unknown',
				retryable: false,
			};
	return { ...job, status: 'failed', failure };
}
