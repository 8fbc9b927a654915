import { describeFailure, sentence } from './failure';
import type { ProviderComplaint } from './failure';
import type { VideoJob } from './VideoJob';

/**
 * What a job that its provider calls completed is, where there is no video: failed, for the reason that
 * the answer gives, if it gives one.
 *
 * @param complaint What the answer says of an error.
 */
export function endedWithoutVideo(displayName: string, job: VideoJob, complaint: ProviderComplaint): VideoJob {
	const subject = `${displayName} job ${job.id} is completed, but its answer has no link to a video`;
	const hasReason = complaint.code !== null || complaint.message !== null;
	return {
		...job,
		status: 'failed',
		failure: hasReason
			? describeFailure(subject, { ...complaint, model: job.model })
			: {
					code: 'no_video',
					message: sentence(
						subject,
						"look at the answer with the operation Get Status and Include Raw Response, and for the video in the provider's dashboard, before creating it again",
					),
					category: 'unknown',
					retryable: false,
				},
	};
}
