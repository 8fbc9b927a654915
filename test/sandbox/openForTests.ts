import { startSandbox, type Sandbox } from './index';
import { openReceiver, type Receiver } from './receiver';

interface Opened {
	sandbox: Sandbox;
	/** Of calls to https://hooks.example.net. */
	receiver: Receiver;
}

/** Opens a sandbox whose clock stands still for a test file, and who receives its callbacks; each test finds both fresh. */
export function openForTests(give: (opened: Opened) => void): void {
	let opened: Opened;
	beforeAll(async () => {
		opened = { sandbox: await startSandbox({ speed: 0 }), receiver: await openReceiver('hooks.example.net') };
		give(opened);
	});
	beforeEach(() => {
		opened.sandbox.reset();
		opened.receiver.serve(opened.sandbox);
	});
	afterAll(async () => {
		await opened.receiver.close();
		await opened.sandbox.stop();
	});
}
