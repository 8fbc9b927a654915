import { namesJob } from '../../../nodes/SoraVideo/batch/nodeError';

it.each<[boolean, string, string]>([
	[true, 'EvoLink job task-unified-1-a failed (HTTP 500): ask again.', 'task-unified-1-a'],
	[true, 'Job video_1:openai/sora-2-t2v goes on, but its item failed (no).', 'video_1:openai/sora-2-t2v'],
	[true, "EvoLink doesn't know job 12: check the id.", '12'],
	[false, 'The model makes videos of 4, 8 or 12 seconds, not 5: change Duration.', '12'],
	[false, 'EvoLink job 123 failed.', '12'],
	[false, 'EvoLink refused to create the video (HTTP 412).', '12'],
])('%p: %s', (expected, message, id) => {
	expect(namesJob(message, id)).toBe(expected);
});
