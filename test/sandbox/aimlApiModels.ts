import type { Reply, World } from './types';

const videoType = 'internal/video-generations/submit';

// A chat model among them, so that a client that forgets the filter shows it.
const otherModels = [{ id: 'openai/gpt-4o', type: 'chat-completion', tags: ['playground:chat'] }];

export function listModels(query: URLSearchParams, videoIds: string[], world: World): Reply {
	const video = videoIds
		.filter((id) => !world.settings.withdrawnModels.includes(id))
		.map((id) => ({ id, type: videoType, tags: ['playground:video'] }));
	const data = [...video, ...otherModels]
		.filter((model) => matches(query.get('tags'), model.tags) && matches(query.get('type'), [model.type]))
		.map(({ id, type, tags }) => {
			const [developer = '', name = ''] = id.split('/');
			const docs = `https://docs.aimlapi.com/api-references/video-models/${id}`;
			const info = { name, developer, description: '', releasedAt: '2025-10-06', url: `https://aimlapi.com/models/${name}`, docsUrl: docs, docsJson: `${docs}.json` };
			return { id, aliases: [], type, info, tags };
		});
	return { status: 200, body: { object: 'list', data } };
}

export function listDeprecations(world: World): Reply {
	const data = world.settings.withdrawnModels.map((id) => ({
		id,
		aliases: [],
		status: 'withdrawn',
		deprecated_at: '2026-06-24',
		shutdown_at: '2026-09-24',
		replaced_by: null,
		reason: 'Switched off by its developer',
	}));
	return { status: 200, body: { object: 'list', data } };
}

function matches(wanted: string | null, has: string[]): boolean {
	return wanted === null || wanted.split(',').some((entry) => has.includes(entry));
}
