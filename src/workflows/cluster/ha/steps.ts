import type { Facts } from '../../../facts/facts.ts';
import type { Finding, Step } from '../../../plan/step.ts';
import type { ClusterAnswers } from '../answers.ts';
import { refOf, stepIds } from '../guests/ids.ts';
import type { PlacedGuest } from '../guests/placement.ts';
import { checkHaPlan, haNotVisible } from './checks.ts';
import { leavingHa, withLeaving } from './removals.ts';
import {
  apartRules,
  failbackOf,
  foreignHome,
  type NodeGroup,
  nodeGroups,
  nodeRuleId,
  nodesOf,
  resourceOf,
} from './wanted.ts';

export interface HaInputs {
  facts: Facts;
  guests: readonly PlacedGuest[];
  /** Nodes that have what guests need: Ignition files, mappings. */
  prepared: readonly string[];
  /** All steps of the plan so far. */
  steps: readonly Step[];
}

/**
 * The plan's steps with those of HA among them: guests come under it once they are started, and leave it
 * before they are shut down or removed. What was in HA and is not wanted there any more goes.
 */
export function planHa(answers: ClusterAnswers, inputs: HaInputs): { steps: Step[]; findings: Finding[] } {
  const { facts, guests, steps } = inputs;
  const cluster = answers.name;
  const { ha } = answers;
  if (ha.enabled && !facts.ha.visible) return { steps: [...steps], findings: [haNotVisible(facts)] };
  const rules = facts.ha.mode === 'rules';
  const apart = ha.enabled && rules ? apartRules(answers, guests, facts) : [];
  const settled = ha.enabled ? guests.filter((guest) => !foreignHome(guest, cluster, facts)) : [];
  const bound = rules && answers.nodes !== 'all' && settled.length > 0;
  const groups = rules ? [] : nodeGroups(answers, settled, facts);
  const ids = [
    ...apart.map(({ rule }) => rule),
    ...(bound ? [nodeRuleId(answers)] : []),
    ...groups.map(({ haGroup }) => haGroup),
  ];
  const leaving = leavingHa(cluster, facts, {
    vmids: new Set(ha.enabled ? guests.flatMap((guest) => (guest.existing ? [guest.vmid] : [])) : []),
    ids: new Set(ids),
  });
  const first = leaving.rules.map((step) => step.id);
  const all = withLeaving(steps, { cluster, facts, first });
  const known = new Set(all.map((step) => step.id));
  const resources = leaving.resources.filter((step) => !known.has(step.id));

  const written = groups.map((group) => groupStep(group, answers));
  const adds = (ha.enabled ? guests : []).map((guest) => addStep(guest, { answers, facts, groups, known }));
  const added = new Map(guests.map((guest) => [guest, addId(guest)]));
  const separate = apart.map(({ rule, group, guests: members }) => ({
    members,
    step: {
      id: `write HA rule ${rule}`,
      title: `keep ${members.length} guests of ${group.name} on different nodes`,
      args: { rule, cluster, group: group.name, type: 'resource-affinity' },
    },
  }));
  const homes = bound ? [nodeRule(answers, settled, facts)] : [];
  const before = facts.ha.rules.find(({ rule }) => rule === nodeRuleId(answers));
  // PVE refuses to keep more guests apart than there are nodes for them, at every step on the way.
  const grows = before !== undefined && before.nodes.length < nodesOf(answers, facts).length;
  const chain = grows ? [...homes, ...separate] : [...separate, ...homes];
  // One after the other: they are lines of one file, which the API guards against changes meanwhile.
  const ruled = chain.map(({ members, step }, at): Step => {
    const last = chain[at - 1];
    return {
      ...step,
      verb: 'write-ha-rule',
      args: { ...step.args, guests: members.map((guest) => ({ ...refOf(guest) })) },
      needs: [...members.map((guest) => added.get(guest)!), ...first, ...(last ? [last.step.id] : [])],
      uses: {},
    };
  });
  const emptied = leaving.groups.map((step) => ({
    ...step,
    needs: [
      ...step.needs.filter((id) => known.has(id) || resources.some((one) => one.id === id)),
      ...adds.map(({ id }) => id),
    ],
  }));
  return {
    steps: [...leaving.rules, ...resources, ...written, ...all, ...adds, ...ruled, ...emptied],
    findings: ha.enabled ? checkHaPlan(answers, { ...inputs, apart, ids }) : [],
  };
}

function addId({ name }: PlacedGuest): string {
  return `add ${name} to HA`;
}

/** Once it runs: the manager would start it itself, later and perhaps elsewhere. */
function addStep(
  guest: PlacedGuest,
  {
    answers,
    facts,
    groups,
    known,
  }: { answers: ClusterAnswers; facts: Facts; groups: readonly NodeGroup[]; known: ReadonlySet<string> },
): Step {
  const { ha } = answers;
  const ids = stepIds(guest.name);
  const own = groups.find((group) => group.guests.includes(guest));
  const haGroup = own?.haGroup ?? foreignGroup(guest, answers, facts);
  const made = [ids.start, ids.grow, ids.configure].find((id) => known.has(id));
  return {
    id: addId(guest),
    title: addId(guest),
    verb: 'add-ha-resource',
    args: {
      guest: { ...refOf(guest) },
      cluster: answers.name,
      group: guest.group.name,
      state: ha.state ?? (answers.start ? 'started' : 'stopped'),
      maxRestart: ha.max_restart,
      maxRelocate: ha.max_relocate,
      ...(facts.ha.mode === 'rules' ? { failback: failbackOf(answers, guest.group) } : {}),
      ...(haGroup === undefined ? {} : { haGroup }),
    },
    needs: [...(made ? [made] : []), ...(own ? [groupId(own)] : [])],
    uses: {},
  };
}

/** In somebody else's group a guest stays. */
function foreignGroup(guest: PlacedGuest, { name }: ClusterAnswers, facts: Facts): string | undefined {
  const foreign = facts.ha.mode === 'groups' ? foreignHome(guest, name, facts) : undefined;
  return foreign === undefined ? undefined : resourceOf(guest, facts)?.group;
}

function groupId({ haGroup }: NodeGroup): string {
  return `write HA group ${haGroup}`;
}

function groupStep(group: NodeGroup, answers: ClusterAnswers): Step {
  const { haGroup, nodes } = group;
  return {
    id: groupId(group),
    title: `write HA group ${haGroup} with ${nodes.map((node) => node.replace(/:1$/, '')).join(', ')}`,
    verb: 'write-ha-group',
    args: {
      haGroup,
      cluster: answers.name,
      group: group.group.name,
      nodes: [...nodes],
      restricted: answers.nodes !== 'all' && answers.ha.node_affinity === 'restrict',
      nofailback: !failbackOf(answers, group.group),
    },
    needs: [],
    uses: {},
  };
}

function nodeRule(answers: ClusterAnswers, members: readonly PlacedGuest[], facts: Facts) {
  const rule = nodeRuleId(answers);
  const nodes = nodesOf(answers, facts).sort();
  const strict = answers.ha.node_affinity === 'restrict';
  return {
    members,
    step: {
      id: `write HA rule ${rule}`,
      title: `${strict ? 'keep' : 'prefer to have'} ${answers.name}'s guests on ${nodes.join(', ')}`,
      args: { rule, cluster: answers.name, type: 'node-affinity', nodes, strict },
    },
  };
}
