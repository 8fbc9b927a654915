import fc from 'fast-check';

import type { VideoJob } from '../../../nodes/SoraVideo/job/VideoJob';
import { videoFileName } from '../../../nodes/SoraVideo/downloads/downloadVideo';
import { aVideoJob } from '../fixtures';

function aJob(id: string, model: string | null): VideoJob {
	return aVideoJob({ provider: 'aimlApi', id, model, status: 'completed', rawStatus: 'completed' });
}

describe('videoFileName', () => {
	it.each([
		['AI/ML API', 'video_68e5:openai/sora-2-pro-i2v', 'openai/sora-2-pro-i2v', ['sora-2-pro-i2v', 'video_68e5']],
		['EvoLink', 'task-unified-1757169743-7cvnl5zw', 'sora-2-preview', ['sora-2-preview', 'task-unified-1757169743-7cvnl5zw']],
		['Vtrix', 'd2f1a6b0', 'sora_2_i2v', ['sora_2_i2v', 'd2f1a6b0']],
		['no model', 'd2f1a6b0', null, ['d2f1a6b0']],
	])('tells model and job: %s', (_name, id, model, parts) => {
		const name = videoFileName(aJob(id, model), 0, 'video/mp4');
		for (const part of parts) expect(name).toContain(part);
		expect(name).toMatch(/^[\w-][\w.-]*\.mp4$/);
	});

	it.each([
		['video/mp4', 'mp4'],
		['video/webm', 'webm'],
		['video/quicktime', 'mov'],
		['video/x-unheard-of', 'mp4'],
	])('%s ends in .%s', (mimeType, ending) => {
		expect(videoFileName(aJob('a', 'b'), 0, mimeType).endsWith(`.${ending}`)).toBe(true);
	});

	it('numbers the videos of one job apart', () => {
		const names = [0, 1, 2, 10].map((index) => videoFileName(aJob('a', 'b'), index, 'video/mp4'));
		expect(new Set(names).size).toBe(names.length);
	});

	it('holds apart the jobs of one model', () => {
		const names = ['video_1:openai/x', 'video_2:openai/x', 'video_3:openai/x'].map((id) =>
			videoFileName(aJob(id, 'openai/x'), 0, 'video/mp4'),
		);
		expect(new Set(names).size).toBe(names.length);
	});

	it.each([
		['climbing', '../../etc/passwd', '../..'],
		['Windows path', 'C:\\temp\\a', 'x\\..\\y'],
		['spaces and quotes', 'a "b" \'c\'', 'd e'],
		['line break and NUL', 'a\nb\0c', 'd\re'],
		['reserved on Windows', 'CON', 'nul'],
		['unicode', '视频🎬', 'módèl'],
		['nothing left', '???', '***'],
		['colon first', ':openai/x', ':'],
		['very long', 'a'.repeat(5000), 'b'.repeat(5000)],
		['dots', '...', '..'],
	])('is a name on every file system: %s', (_name, id, model) => {
		const name = videoFileName(aJob(id, model), 0, 'video/mp4');
		expect(name).toMatch(/^[\w-][\w.-]*\.mp4$/);
		expect(name.length).toBeLessThanOrEqual(200);
	});

	it('is a name on every file system, whatever id and model', () => {
		const text = fc.string({ unit: 'binary', minLength: 1 });
		fc.assert(
			fc.property(text, fc.option(text), fc.nat(99), (id, model, index) => {
				const name = videoFileName(aJob(id, model), index, 'video/mp4');
				expect(name).toMatch(/^[\w-][\w.-]*\.mp4$/);
				expect(name.length).toBeLessThanOrEqual(200);
				expect(name).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)\./i);
			}),
			{ seed: 1, numRuns: 2000 },
		);
	});
});
