import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runCommand } from './runCommand';

export interface PackOptions {
	/** Runs the package's build first. */
	build?: boolean;
	packageFolder?: string;
}

const folders: string[] = [];

/** Removes the tarballs; under jest this is done after the tests. */
export async function removePacked(): Promise<void> {
	for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
}

if (typeof afterAll === 'function') afterAll(removePacked);

/** Packs what `npm publish` would publish; returns the tarball's path. */
export async function packPackage(options: PackOptions = {}): Promise<string> {
	const cwd = options.packageFolder ?? path.resolve(__dirname, '..', '..');
	if (options.build) await runCommand('npm', ['run', 'build'], { cwd });
	// npm would pack a package without code and say nothing.
	if (!existsSync(path.join(cwd, 'dist'))) throw new Error(`Not built: ${cwd} has no dist (npm run build)`);
	const folder = await mkdtemp(path.join(tmpdir(), 'sora-video-pack-'));
	folders.push(folder);
	await runCommand('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd });
	const tarball = (await readdir(folder)).find((file) => file.endsWith('.tgz'));
	if (tarball === undefined) throw new Error(`npm pack left no tarball in ${folder}`);
	return path.join(folder, tarball);
}
