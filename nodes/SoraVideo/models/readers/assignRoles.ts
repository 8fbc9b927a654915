import type { ModelField, ModelRule, Role, ValueForm } from '../Model';
import { ratioOf, resolutionOf, sizeOf, truthOf } from '../spelling';
import type { Plain } from './combineSchemas';
import { formOf } from './linkForm';
import type { Kind } from './linkForm';
import { pictureLists, plainName, referenceModels, roleNames, tellingNames, tellingValues } from './roleNames';

/** A field whose role isn't known yet, with the schema that it was read from. */
export interface Leaf {
	field: ModelField;
	plain: Plain;
}

const mediaRoles = {
	firstFrame: 'image',
	lastFrame: 'image',
	referenceImages: 'image',
	referenceVideos: 'video',
	referenceAudios: 'audio',
} as const satisfies Partial<Record<Role, Kind>>;

function isMediaRole(role: Role): role is keyof typeof mediaRoles {
	return role in mediaRoles;
}

const mediaNames = new Set([
	...roleNames.firstFrame,
	...roleNames.lastFrame,
	...roleNames.referenceImages,
	...roleNames.referenceVideos,
	...roleNames.referenceAudios,
]);

/** Whether a field of this name may take a picture, video or sound, so that an object in it is no object of fields. */
export function isMediaName(name: string): boolean {
	return mediaNames.has(plainName(name));
}

/** Whether a field of a fitting name can play a role that takes no link. */
function canPlay(role: Role, { type, values, max }: ModelField): boolean {
	const every = (reads: (value: unknown) => unknown) =>
		values !== undefined && values.length > 0 && values.some((value) => reads(value) !== null);
	switch (role) {
		case 'prompt':
		case 'negativePrompt':
			return type === 'string' && !values;
		case 'duration':
			return type !== 'array' && type !== 'object' && type !== 'boolean';
		case 'seed':
			return type === 'integer' || type === 'number';
		case 'generateAudio':
			return type === 'boolean' || (every(truthOf) && values?.length === 2);
		case 'resolution':
			return every(resolutionOf) || (!values && type === 'string' && max === undefined);
		case 'aspectRatio':
			return every(ratioOf) || (!values && type === 'string');
		case 'size':
			return every(sizeOf);
		default:
			return false;
	}
}

/** Names that mean the role only where their values show it. */
const shownByValues = new Set(['mode', 'size', 'quality', 'video_size', 'orientation', 'ratio']);

interface Player {
	leaf: Leaf;
	form?: ValueForm;
}

function findPlayer(role: Role, leaves: readonly Leaf[]): Player | null {
	const players = roleNames[role].flatMap((name) =>
		leaves
			.filter(({ field }) => plainName(field.name) === name)
			.flatMap((leaf): Player[] => {
				if (isMediaRole(role)) {
					const form = formOf(leaf.plain, mediaRoles[role]);
					return form ? [{ leaf, form }] : [];
				}
				const isShown = leaf.field.values !== undefined || !shownByValues.has(name) || name === 'quality' || name === 'ratio';
				return isShown && canPlay(role, leaf.field) ? [{ leaf }] : [];
			}),
	);
	return players.find(({ leaf }) => leaf.field.required) ?? players[0] ?? null;
}

/** Order in which names are given away: what has the clearest names first. */
const order: readonly Role[] = [
	'prompt',
	'negativePrompt',
	'seed',
	'duration',
	'resolution',
	'aspectRatio',
	'generateAudio',
	'firstFrame',
	'lastFrame',
	'referenceImages',
	'referenceVideos',
	'referenceAudios',
	'size',
];

function withRole({ leaf, form }: Player, role: Role): ModelField {
	return { ...leaf.field, role, ...(form && { form }) };
}

/** A list whose first picture is the first frame: what else it takes goes by how many it holds. */
function frameFields(list: ModelField, hasFirst: boolean, hasLast: boolean): ModelField[] {
	const { maxItems } = list;
	const first: ModelField = { ...list, role: 'firstFrame' };
	const more = { ...list, required: false };
	return [
		...(hasFirst ? [] : [first]),
		...(maxItems === 2 && !hasLast ? [{ ...more, role: 'lastFrame' } as const] : []),
		...(maxItems === undefined || maxItems > 2 ? [{ ...more, role: 'referenceImages' } as const] : []),
	];
}

function tellingRule(field: ModelField): ModelRule[] {
	if (!tellingNames.has(plainName(field.name)) || !field.values) return [];
	const cases = tellingValues.flatMap(({ says, roles }) => {
		const value = field.values?.find((each) => says.test(String(each)));
		return value === undefined ? [] : [{ roles, value }];
	});
	return [{ kind: 'tells', field: field.name, cases }];
}

/**
 * Finds out which fields play which roles, by their names and by what they take, and gives the fields in
 * their order, those without a role included.
 *
 * @param id Of the model: whether a list of pictures holds frames or references stands in few schemas otherwise.
 */
export function assignRoles(leaves: readonly Leaf[], id: string): { fields: ModelField[]; rules: ModelRule[] } {
	const players = new Map<Role, Player>();
	const isTaken = (leaf: Leaf) => [...players.values()].some((player) => player.leaf === leaf);
	for (const role of order) {
		if (role === 'size' && (players.has('resolution') || players.has('aspectRatio'))) continue;
		const player = findPlayer(role, leaves.filter((leaf) => !isTaken(leaf)));
		if (player) players.set(role, player);
	}
	const rules = leaves.flatMap(({ field }) => tellingRule(field));
	const list = players.get('referenceImages');
	const hasFirst = players.has('firstFrame');
	const isFrames =
		list !== undefined &&
		!hasFirst &&
		list.form?.inList === true &&
		pictureLists.has(plainName(list.leaf.field.name)) &&
		(rules.length > 0 || !referenceModels.test(id)) &&
		(list.leaf.field.required || !players.has('referenceVideos'));
	const fields = leaves.flatMap((leaf): ModelField[] => {
		const [role, player] = [...players].find(([, each]) => each.leaf === leaf) ?? [];
		if (!role || !player) return [leaf.field];
		const field = withRole(player, role);
		if (role !== 'referenceImages' || !isFrames) return [field];
		const frames = frameFields(field, hasFirst, players.has('lastFrame'));
		// What its first two pictures are is told by another field, and so is what three are.
		const takesLast = rules.length > 0 && (field.maxItems ?? 2) > 1;
		return takesLast && !frames.some((each) => each.role === 'lastFrame')
			? frames.flatMap((each) => (each.role === 'firstFrame' ? [each, { ...each, required: false, role: 'lastFrame' }] : [each]))
			: frames;
	});
	// Only there is it said that one list holds either frames or references.
	const together: ModelRule[] =
		isFrames && rules.length > 0 && fields.some(({ role }) => role === 'referenceImages')
			? [{ kind: 'notTogether', groups: [['firstFrame', 'lastFrame'], ['referenceImages']] }]
			: [];
	return { fields, rules: [...rules, ...together] };
}
