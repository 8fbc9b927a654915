import { startSandbox, type Sandbox } from '../sandbox';
import { sandboxCredentials } from '../sandbox/credentials';
import { executionError, nodeOutputs, type N8nExecution } from './n8nExecution';
import { installN8n } from './n8nInstall';
import type { CredentialRef } from './n8nRest';
import { startN8n, type N8nServer } from './n8nServer';
import { packPackage } from './packPackage';
import { chain, manualStart, videoStep, withCredential, type Step } from './workflowBuilder';

// What is said of a picture of the wrong size is done to the letter, with n8n's own Edit Image node.

const editImage = (parameters: object): Step => ({ name: 'Edit Image', type: 'n8n-nodes-base.editImage', parameters: { ...parameters, options: {} } });
const resizeOptions = new Map([['Ignore Aspect Ratio', 'ignoreAspectRatio'], ['Minimum Area', 'minimumArea']]);

/** The settings of the Edit Image node that a failure's message names. */
function asAdvised(message: string): Step {
	const resize = /Resize with Width (\d+), Height (\d+) and Option "([^"]+)"/.exec(message);
	const crop = /then Crop with Width (\d+), Height (\d+), Position X (\d+) and Position Y (\d+)/.exec(message);
	if (!resize) throw new Error(`No advice in: ${message}`);
	const [width, height] = resize.slice(1).map(Number);
	const resizing = { operation: 'resize', width, height, resizeOption: resizeOptions.get(resize[3] ?? '') };
	if (!crop) return editImage(resizing);
	const [cropWidth, cropHeight, positionX, positionY] = crop.slice(1).map(Number);
	const cropping = { operation: 'crop', width: cropWidth, height: cropHeight, positionX, positionY };
	return editImage({ operation: 'multiStep', operations: { operations: [resizing, cropping] } });
}

let server: N8nServer;
let sandbox: Sandbox;
let credential: CredentialRef;

beforeAll(async () => {
	const [install, packageTarball] = await Promise.all([installN8n('n8n-2'), packPackage()]);
	sandbox = await startSandbox({ jobSeconds: 1 });
	server = await startN8n({ install, packageTarball });
	credential = await server.rest.createCredential('soraVideoAimlApi', 'AI/ML API', sandboxCredentials(sandbox).soraVideoAimlApi);
}, 1_200_000);

afterAll(async () => {
	await server.dispose();
	await sandbox.stop();
}, 120_000);

async function animate(size: string, steps: Step[]): Promise<N8nExecution> {
	const picture: Step = {
		name: 'Picture',
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.2,
		parameters: { url: `${sandbox.url}/cdn/images/${size}.jpg`, options: { response: { response: { responseFormat: 'file' } } } },
	};
	const model = { __rl: true, mode: 'id', value: 'openai/sora-2-i2v' };
	const video = { ...videoStep('aimlApi', { model, prompt: 'It comes to life', imageSource: 'binary' }), onError: 'continueRegularOutput' };
	const workflow = await server.rest.createWorkflow(chain(size, [...manualStart(['-']), picture, ...steps, withCredential(video, credential)]));
	return await server.rest.waitForExecution(await server.rest.runWorkflow(workflow));
}

it.each([
	['1792x1024', 'resized', 'Operation Resize with'],
	['1024x1792', 'resized and cut', 'Operation Multi Step'],
])('a picture of %s, %s as the refusal says, is taken', async (size, _how, advice) => {
	sandbox.reset();
	const refused = await animate(size, []);
	const failure = nodeOutputs(refused, 'Sora Video')[1]?.[0]?.json.failure;
	const message = JSON.stringify(failure ?? executionError(refused));
	expect(message).toContain(advice);
	expect(sandbox.jobs).toEqual([]);

	const taken = await animate(size, [asAdvised(message.replaceAll('\\"', '"'))]);
	expect(executionError(taken)).toBeUndefined();
	expect(nodeOutputs(taken, 'Sora Video')[0]?.map(({ json }) => json.status)).toEqual(['completed']);
	expect(sandbox.jobs).toHaveLength(1);
});
