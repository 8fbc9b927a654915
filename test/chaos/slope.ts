/** What a process held at a time. */
export interface Sample {
	minutes: number;
	megabytes: number;
}

/** Of the straight line that lies nearest to the samples, by least squares: megabytes a minute. NaN for fewer than two. */
export function slope(samples: readonly Sample[]): number {
	const mean = (read: (sample: Sample) => number) => samples.reduce((sum, sample) => sum + read(sample), 0) / samples.length;
	const [minutes, megabytes] = [mean((sample) => sample.minutes), mean((sample) => sample.megabytes)];
	const shared = samples.reduce((sum, sample) => sum + (sample.minutes - minutes) * (sample.megabytes - megabytes), 0);
	return shared / samples.reduce((sum, sample) => sum + (sample.minutes - minutes) ** 2, 0);
}
