import { splitList } from '../schema/formats.ts';
import type { Section } from '../state/section-config.ts';

/**
 * Why the manager could not keep to a rule beside the others, in the real one's words; empty: it can.
 * `nodes` are those that the manager knows.
 */
export function ruleProblems(rule: Section, others: readonly Section[], nodes: readonly string[]): string[] {
  if (isDisabled(rule)) return [];
  const living = others.filter((other) => other.id !== rule.id && !isDisabled(other));
  return rule.type === 'node-affinity'
    ? nodeAffinityProblems(rule, living)
    : separationProblems(rule, living, nodes);
}

export function resourcesOf(rule: Section): string[] {
  return splitList(rule.values.resources ?? '');
}

function separationProblems(rule: Section, others: readonly Section[], nodes: readonly string[]): string[] {
  const resources = resourcesOf(rule);
  const problems: string[] = [];
  if (resources.length < 2) problems.push('rule is ineffective as there are less than two resources');
  if (rule.values.affinity !== 'negative') return problems;
  if (resources.length > nodes.length) problems.push('rule defines more resources than available nodes');
  const homes = others.filter((other) => other.type === 'node-affinity' && shares(other, rule));
  if (lacksNodes(rule, homes)) {
    problems.push('two or more resources are restricted to less nodes than available to the resources');
  }
  if (homes.some(hasPriorities))
    problems.push('resources are in node affinity rules with multiple priorities');
  return problems;
}

function nodeAffinityProblems(rule: Section, others: readonly Section[]): string[] {
  const problems = resourcesOf(rule)
    .filter((sid) =>
      others.some((other) => other.type === 'node-affinity' && resourcesOf(other).includes(sid)),
    )
    .map((sid) => `resource '${sid}' is already used in another node affinity rule`);
  const apart = others.filter((other) => other.type === 'resource-affinity' && shares(other, rule));
  const homes = [...others.filter((other) => other.type === 'node-affinity'), rule];
  if (apart.some((other) => other.values.affinity === 'negative' && lacksNodes(other, homes))) {
    problems.push(
      'at least one resource is in a negative resource affinity rule and this rule would restrict these to less nodes than available to the resources',
    );
  }
  if (apart.length > 0 && hasPriorities(rule)) {
    problems.push(
      'resources are in a resource affinity rule and cannot be in a node affinity rule with multiple priorities',
    );
  }
  return problems;
}

/** Whether the resources that are to be kept apart are bound to fewer nodes than they are. */
function lacksNodes(apart: Section, all: readonly Section[]): boolean {
  const resources = resourcesOf(apart);
  const homes = all.filter((home) => shares(home, apart));
  const located = new Set(homes.flatMap(resourcesOf).filter((sid) => resources.includes(sid)));
  return new Set(homes.flatMap(nodesOf)).size < located.size;
}

function nodesOf(rule: Section): string[] {
  return splitList(rule.values.nodes ?? '').map((entry) => entry.split(':')[0] ?? '');
}

function hasPriorities(rule: Section): boolean {
  const priorities = splitList(rule.values.nodes ?? '').map((entry) => Number(entry.split(':')[1] ?? 0));
  return new Set(priorities).size > 1;
}

function shares(one: Section, other: Section): boolean {
  const resources = resourcesOf(other);
  return resourcesOf(one).some((sid) => resources.includes(sid));
}

function isDisabled(rule: Section): boolean {
  return rule.values.disable === '1';
}
