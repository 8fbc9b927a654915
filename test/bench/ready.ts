import { rm } from 'node:fs/promises';
import path from 'node:path';
import { installN8n, type N8nInstall } from '../e2e/n8nInstall';
import { packPackage } from '../e2e/packPackage';

/** n8n and this package, ready to be started; `clean` when the package has been installed. */
export async function getReady(): Promise<{ install: N8nInstall; packageTarball: string; clean: () => Promise<void> }> {
	const [install, packageTarball] = await Promise.all([installN8n('n8n-2'), packPackage()]);
	return { install, packageTarball, clean: async () => await rm(path.dirname(packageTarball), { recursive: true, force: true }) };
}
