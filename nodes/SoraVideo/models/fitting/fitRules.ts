import { named } from './fitValue';
import { listed } from '../listed';
import type { Model, ModelField, ModelRule } from '../Model';
import { emptyPrompt, labelOf } from './words';

/** A value that goes into the request, and where. */
export interface Part {
	field: ModelField;
	value: unknown;
}

/** Whether anything of this name, or of this role, is set. */
function isSet(parts: readonly Part[], name: string): boolean {
	return parts.some(({ field }) => field.name === name || field.role === name);
}

function valueOf(parts: readonly Part[], name: string): unknown {
	return parts.find(({ field }) => field.name === name || field.role === name)?.value;
}

/** Whether a rule's field has the value that the rule is about. */
function isMet({ field, is }: Extract<ModelRule, { kind: 'where' }>, parts: readonly Part[]): boolean {
	return is === undefined ? isSet(parts, field) : valueOf(parts, field) === is;
}

function labels(model: Model, names: readonly string[]): string[] {
	return [...new Set(names.map((name) => labelOf(model, name)))];
}

function count(parts: readonly Part[], names: readonly string[]): number {
	return parts.filter(({ field }) => names.includes(field.name) || names.includes(field.role ?? '')).length;
}

/**
 * Problems of what is set together.
 *
 * @param isGiven Whether Additional Body sets a field, which is then the user's to answer for.
 */
export function checkRule(
	model: Model,
	rule: ModelRule,
	parts: readonly Part[],
	isGiven: (name: string) => boolean,
): string[] {
	switch (rule.kind) {
		case 'notTogether': {
			const used = rule.groups
				.map((group) => labels(model, group.filter((name) => isSet(parts, name))))
				.filter((group) => group.length > 0);
			return used.length < 2
				? []
				: [`${model.id} takes ${used.map((group) => group.join(' and ')).join(', or ')}, not both: clear one`];
		}
		case 'atLeastOne':
			if (rule.fields.some((name) => isSet(parts, name) || isGiven(name))) return [];
			return rule.fields.includes('prompt')
				? [emptyPrompt]
				: [`${model.id} needs one of these: set ${listed(labels(model, rule.fields))}`];
		case 'onlyWith': {
			const isComplete = !isSet(parts, rule.field) || isSet(parts, rule.needs) || isGiven(rule.needs);
			const [field, needs] = labels(model, [rule.field, rule.needs]);
			return isComplete ? [] : [`${model.id} takes ${field} only together with ${needs}: set that too`];
		}
		case 'atMost':
			return count(parts, rule.fields) <= rule.items
				? []
				: [`${model.id} takes at most ${rule.items} of ${listed(labels(model, rule.fields))} together: leave some out`];
		case 'where':
			if (!isMet(rule, parts)) return [];
			return Object.entries(rule.allowed).flatMap(([name, values]) => {
				const value = valueOf(parts, name);
				if (value === undefined || values.some((each) => each === value)) return [];
				const condition = `with ${[labelOf(model, rule.field), rule.is].join(' ').trim()}, ${model.id}`;
				return values.length === 0
					? [`${condition} takes no ${labelOf(model, name)}: clear it`]
					: [`${condition} takes ${named(values)} as ${labelOf(model, name)}: change one of them`];
			});
		case 'optionalWhere':
		case 'tells':
			return [];
	}
}

/** What a rule makes of fields that the user left alone. */
function follow(model: Model, rule: ModelRule, parts: readonly Part[]): Part[] {
	const fieldOf = (wanted: string) => model.fields.find(({ name, role }) => name === wanted || role === wanted);
	if (rule.kind === 'tells' && !isSet(parts, rule.field)) {
		const field = fieldOf(rule.field);
		const told = rule.cases.find(({ roles }) => roles.some((role) => isSet(parts, role)));
		return field && told ? [{ field, value: told.value }] : [];
	}
	if (rule.kind !== 'where' || !isMet(rule, parts)) return [];
	return Object.entries(rule.allowed).flatMap(([name, values]): Part[] => {
		const field = fieldOf(name);
		const [only] = values;
		// The model's default is refused here, so it must be said.
		const isNeeded = field?.default !== undefined && values.length === 1 && field.default !== only;
		return field && only !== undefined && isNeeded && !isSet(parts, name) ? [{ field, value: only }] : [];
	});
}

/**
 * What goes into a request because of what the user set: a field that tells which pictures, videos or sounds
 * come, and a value that alone is taken together with another.
 */
export function followRules(model: Model, parts: readonly Part[]): Part[] {
	const all = [...parts];
	for (const rule of model.rules ?? []) all.push(...follow(model, rule, all));
	return all;
}

/** Whether the values that are set make a field needless that the model needs otherwise. */
export function isExcused(model: Model, field: ModelField, parts: readonly Part[]): boolean {
	return (model.rules ?? []).some(
		(rule) =>
			rule.kind === 'optionalWhere' &&
			(rule.optional === field.name || rule.optional === field.role) &&
			valueOf(parts, rule.field) === rule.is,
	);
}
