import { once } from 'node:events';
import { createServer } from 'node:net';

/** Ports that are free now, all different: each is held until all are known. */
export async function freePorts(count: number): Promise<number[]> {
	const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
	await Promise.all(servers.map(async (server) => await once(server, 'listening')));
	const ports = servers.map((server) => {
		const address = server.address();
		if (address === null || typeof address === 'string') throw new Error('No port given');
		return address.port;
	});
	await Promise.all(servers.map(async (server) => await once(server.close(), 'close')));
	return ports;
}

/** This port where it is free, else another. */
export async function freePort(preferred: number): Promise<number> {
	const server = createServer();
	const isFree = await new Promise<boolean>((resolve) => {
		server.once('error', () => resolve(false));
		server.listen(preferred, '127.0.0.1', () => resolve(true));
	});
	if (!isFree) return (await freePorts(1))[0] ?? 0;
	await once(server.close(), 'close');
	return preferred;
}
