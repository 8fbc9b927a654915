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

/** How much a process held at first, after its warm-up (minutes) and at the end, and by how much it grew from the warm-up on. */
export function growthRow(name: string, samples: readonly Sample[], warmUp: number): Array<string | number> {
	const steady = samples.filter(({ minutes }) => minutes >= warmUp);
	const told = [samples[0], steady[0], steady.at(-1)].map((sample) => (sample?.megabytes ?? NaN).toFixed(0));
	return [name, samples.length, ...told, slope(steady).toFixed(2)];
}
