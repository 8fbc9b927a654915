import type { ICredentialType } from 'n8n-workflow';
import { NodeHelpers } from 'n8n-workflow';

import { SoraVideoAimlApi } from '../../../credentials/SoraVideoAimlApi.credentials';
import { SoraVideoEvoLinkApi } from '../../../credentials/SoraVideoEvoLinkApi.credentials';
import { SoraVideoFalApi } from '../../../credentials/SoraVideoFalApi.credentials';
import { SoraVideoGeminiApi } from '../../../credentials/SoraVideoGeminiApi.credentials';
import { SoraVideoKieApi } from '../../../credentials/SoraVideoKieApi.credentials';
import { SoraVideoOpenAiApi } from '../../../credentials/SoraVideoOpenAiApi.credentials';
import { SoraVideoOpenRouterApi } from '../../../credentials/SoraVideoOpenRouterApi.credentials';
import { SoraVideoReplicateApi } from '../../../credentials/SoraVideoReplicateApi.credentials';
import { SoraVideoVtrixApi } from '../../../credentials/SoraVideoVtrixApi.credentials';
import { SoraVideoWaveSpeedApi } from '../../../credentials/SoraVideoWaveSpeedApi.credentials';
import { findProvider, providers } from '../../../nodes/SoraVideo/providers';
import { kieSchemas } from '../../sandbox/kie';
import { SoraVideo } from '../../../nodes/SoraVideo/SoraVideo.node';
import { SoraVideoTrigger } from '../../../nodes/SoraVideo/SoraVideoTrigger.node';
import { aimlApiModels, evoLinkModels, geminiModels, openAiModels, vtrixModels } from './documentedModels';

interface ContractRow {
	credentialType: string;
	fields: Readonly<Record<string, string>>;
	models: readonly string[];
	takesCallbackUrl: boolean;
}

/** The README's table of providers. */
const contract: Readonly<Record<string, ContractRow>> = {
	aimlApi: {
		credentialType: 'soraVideoAimlApi',
		fields: { apiKey: '', baseUrl: 'https://api.aimlapi.com' },
		models: aimlApiModels.map(({ id }) => id),
		takesCallbackUrl: false,
	},
	evoLink: {
		credentialType: 'soraVideoEvoLinkApi',
		fields: {
			apiKey: '',
			baseUrl: 'https://api.evolink.ai',
			filesBaseUrl: 'https://files-api.evolink.ai',
		},
		models: evoLinkModels.map(({ id }) => id),
		takesCallbackUrl: true,
	},
	fal: {
		credentialType: 'soraVideoFalApi',
		fields: {
			apiKey: '',
			baseUrl: 'https://queue.fal.run',
			apiBaseUrl: 'https://api.fal.ai',
			filesBaseUrl: 'https://rest.fal.ai',
		},
		models: [],
		takesCallbackUrl: true,
	},
	gemini: {
		credentialType: 'soraVideoGeminiApi',
		fields: { apiKey: '', baseUrl: 'https://generativelanguage.googleapis.com' },
		models: geminiModels.map(({ id }) => id),
		takesCallbackUrl: true,
	},
	kie: {
		credentialType: 'soraVideoKieApi',
		fields: {
			apiKey: '',
			baseUrl: 'https://api.kie.ai',
			filesBaseUrl: 'https://kieai.redpandaai.co',
			webhookSecret: '',
		},
		models: ['veo3', 'veo3_fast', 'veo3_lite', 'runway', 'aleph', ...Object.keys(kieSchemas).filter((id) => !/-(identification|detection)$/.test(id))],
		takesCallbackUrl: true,
	},
	vtrix: {
		credentialType: 'soraVideoVtrixApi',
		fields: { apiKey: '', baseUrl: 'https://cloud.vtrix.ai' },
		models: vtrixModels.map(({ id }) => id),
		takesCallbackUrl: false,
	},
	openAi: {
		credentialType: 'soraVideoOpenAiApi',
		fields: { apiKey: '', baseUrl: 'https://api.openai.com/v1', webhookSecret: '', dialect: 'automatic' },
		models: openAiModels.map(({ id }) => id),
		takesCallbackUrl: false,
	},
	openRouter: {
		credentialType: 'soraVideoOpenRouterApi',
		fields: { apiKey: '', baseUrl: 'https://openrouter.ai/api/v1', webhookSecret: '' },
		models: [],
		takesCallbackUrl: true,
	},
	replicate: {
		credentialType: 'soraVideoReplicateApi',
		fields: { apiKey: '', baseUrl: 'https://api.replicate.com/v1' },
		models: [],
		takesCallbackUrl: true,
	},
	waveSpeed: {
		credentialType: 'soraVideoWaveSpeedApi',
		fields: { apiKey: '', baseUrl: 'https://api.wavespeed.ai' },
		models: [],
		takesCallbackUrl: true,
	},
};
const credentials: readonly ICredentialType[] = [
	new SoraVideoAimlApi(),
	new SoraVideoEvoLinkApi(),
	new SoraVideoFalApi(),
	new SoraVideoGeminiApi(),
	new SoraVideoKieApi(),
	new SoraVideoVtrixApi(),
	new SoraVideoOpenAiApi(),
	new SoraVideoOpenRouterApi(),
	new SoraVideoReplicateApi(),
	new SoraVideoWaveSpeedApi(),
];
const contractRows = Object.entries(contract);
const { description } = new SoraVideo();

describe('providers', () => {
	it('are those of the contract, each once', () => {
		expect(providers.map(({ id }) => id).sort()).toEqual(Object.keys(contract).sort());
	});


	it.each(contractRows)('%s has its credential type', (id, { credentialType }) => {
		expect(findProvider(id)?.credentialType).toBe(credentialType);
	});

	it.each(contractRows)('%s has the models of its documents', (id, { models }) => {
		expect(findProvider(id)?.models.map((model) => model.id)).toEqual(expect.arrayContaining([...models]));
	});

	it.each(contractRows)('%s takes a callback URL per job where it does (0.3)', (id, { takesCallbackUrl }) => {
		expect(findProvider(id)?.callbacks?.checkUrl !== undefined).toBe(takesCallbackUrl);
	});

	it.each(contractRows)('%s has a free key test on its own base URLs', (id, { fields }) => {
		const tests = findProvider(id)?.keyTests ?? [];
		expect(tests.length).toBeGreaterThan(0);
		for (const { method, base, path, body } of tests) {
			expect(method).toBe('GET');
			expect(body).toBeUndefined();
			expect(Object.keys(fields)).toContain(base);
			expect(path).toMatch(/^\//);
		}
	});

	it.each(contractRows)('%s uploads images exactly if that is its way', (id) => {
		const provider = findProvider(id);
		expect(provider?.upload !== undefined).toBe(provider?.imageTransport === 'upload');
	});

	it.each(['', 'AIMLAPI', 'constructor', 'none'])('"%s" is no provider', (id) => {
		expect(findProvider(id)).toBeUndefined();
	});
});

describe('credentials', () => {
	it.each(contractRows)('%s has its fields, with their defaults', (_id, { credentialType, fields }) => {
		const credential = credentials.find(({ name }) => name === credentialType);
		expect(
			Object.fromEntries((credential?.properties ?? []).map((field) => [field.name, field.default])),
		).toEqual(fields);
	});

	it.each(credentials.map((credential): [string, ICredentialType] => [credential.name, credential]))(
		'%s hides its key and sends it as its provider reads it',
		async (name, { properties, authenticate }) => {
			const hidden = properties.filter(({ typeOptions }) => typeOptions?.password === true);
			expect(hidden.map(({ name }) => name)).toEqual(
				properties.map(({ name }) => name).filter((name) => !/url$|^dialect$/i.test(name)),
			);
			if (typeof authenticate !== 'function') throw new Error('authenticate should be a function');
			const { baseUrl } = Object.fromEntries(properties.map((field) => [field.name, field.default]));
			const sent = await authenticate({ apiKey: 'sk-1', baseUrl: String(baseUrl) }, { url: `${String(baseUrl)}/videos` });
			const { keyHeader } = providers.find(({ credentialType }) => credentialType === name) ?? {};
			const header = keyHeader ?? { name: 'Authorization', prefix: 'Bearer ' };
			expect(sent.headers).toEqual({ [header.name]: `${header.prefix}sk-1` });
		},
	);
});

describe('node description', () => {
	it('offers exactly the providers of the list', () => {
		const field = description.properties.find(({ name }) => name === 'provider');
		const values = (field?.options ?? []).map((option) => ('value' in option ? option.value : undefined));
		expect(values).toEqual(providers.map(({ id }) => id));
	});

	it.each(providers.map(({ id, credentialType }): [string, string] => [id, credentialType]))(
		'%s asks for %s, and only where it is chosen',
		(id, credentialType) => {
			const matching = (description.credentials ?? []).filter(({ name }) => name === credentialType);
			expect(matching.map(({ required }) => required)).toEqual([true]);
			const shownFor = providers.filter((provider) =>
				matching.some((credential) => NodeHelpers.displayParameter({ provider: provider.id }, credential, null, null)),
			);
			expect(shownFor.map((provider) => provider.id)).toEqual([id]);
		},
	);

	it.each([
		['action', description],
		['trigger', new SoraVideoTrigger().description],
	])("%s: n8n's editor puts the credential below Provider, and doesn't hide Provider as an authentication field", (_, { credentials, properties }) => {
		expect(properties.slice(0, 2).map(({ type }) => type)).toEqual(['options', 'credentials']);
		expect((credentials ?? []).filter(({ displayOptions }) => displayOptions?.show !== undefined)).toEqual([]);
	});

	it('asks for no other credential', () => {
		expect(description.credentials?.map(({ name }) => name).sort()).toEqual(
			providers.map(({ credentialType }) => credentialType).sort(),
		);
	});

	it.each([
		['imageSource', 'none', ['none', 'url', 'binary']],
		// Loaded from the model.
		['aspectRatio', '', []],
		['resolution', '', []],
		['duration', '', []],
		['timeout', 1800, []],
		['waitUsing', 'polling', ['polling', 'suspend']],
	])('%s is %s unless told, of %j', (name, byDefault, values) => {
		const field = description.properties.find((each) => each.name === name);
		expect(field?.default).toBe(byDefault);
		expect((field?.options ?? []).map((option) => ('value' in option ? option.value : undefined))).toEqual(values);
	});

	it('shows the callback URL for create, at providers that call back', () => {
		const field = description.properties.find(({ name }) => name === 'callbackUrl');
		expect(field?.displayOptions?.show).toEqual({
			operation: ['create'],
			provider: contractRows.filter(([, { takesCallbackUrl }]) => takesCallbackUrl).map(([id]) => id),
		});
	});
});
