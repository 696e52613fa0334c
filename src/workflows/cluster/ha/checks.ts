import type { Facts } from '../../../facts/facts.ts';
import type { Finding } from '../../../plan/step.ts';
import { haMark, isMarked } from '../../../pve/ha.ts';
import type { ClusterAnswers } from '../answers.ts';
import type { PlacedGuest } from '../guests/placement.ts';
import { localDisks } from './disks.ts';
import type { HaInputs } from './steps.ts';
import { type ApartRule, foreignHome, nodesOf } from './wanted.ts';

/** Without it a plan would not know what is there. */
export function haNotVisible({ access }: Facts): Finding {
  return {
    severity: 'error',
    path: 'ha',
    message: `${access.user} may not see what is under HA: it lacks Sys.Audit on /`,
    fix: `pveum acl modify / ${access.user.includes('!') ? '--tokens' : '--users'} '${access.user}' --roles <a role with Sys.Audit and Sys.Console>`,
  };
}

/** `ids`: of the rules or groups that are written. */
type Inputs = HaInputs & { apart: readonly ApartRule[]; ids: readonly string[] };

/** What HA will not do for these guests, though it is asked for. */
export function checkHaPlan(answers: ClusterAnswers, inputs: Inputs): Finding[] {
  return [
    ...checkTaken(answers, inputs),
    ...checkQuorum(inputs),
    ...checkApart(answers, inputs),
    ...checkForeign(answers, inputs),
    ...checkDisks(answers, inputs),
    ...checkPrepared(answers, inputs),
    ...checkOutside(answers, inputs),
  ];
}

/** An entry of our name without our mark is not ours to change. */
function checkTaken({ name }: ClusterAnswers, { facts, ids }: Inputs): Finding[] {
  const { mode, rules, groups } = facts.ha;
  const entries =
    mode === 'rules'
      ? rules.map(({ rule, comment }) => ({ id: rule, comment }))
      : groups.map(({ group, comment }) => ({ id: group, comment }));
  return entries
    .filter(({ id, comment }) => ids.includes(id) && !isMarked(comment, name))
    .map(({ id }) => ({
      severity: 'error',
      path: 'ha',
      message: `HA ${mode === 'rules' ? 'rule' : 'group'} ${id} is there, and its comment does not say that proxwright made it for ${name}`,
      fix: `remove it, or let its comment begin with "${haMark(name)}"`,
    }));
}

function checkQuorum({ facts }: Inputs): Finding[] {
  const { length } = facts.nodes;
  if (length > 2) return [];
  const message =
    length < 2
      ? 'with one node HA only starts guests again on it: there is no other one'
      : 'with two nodes the one that is left has no majority, so HA starts nothing on it';
  return [
    {
      severity: 'warning',
      path: 'ha',
      message,
      ...(length === 2 ? { fix: 'add a third node, or a QDevice' } : {}),
    },
  ];
}

function checkApart(answers: ClusterAnswers, { facts, apart }: Inputs): Finding[] {
  if (!answers.ha.anti_affinity) return [];
  const path = 'ha.anti_affinity';
  const groups = answers.groups.filter((group) => group.count > 1);
  const names = groups.map((group) => group.name).join(', ');
  const nodes = nodesOf(answers, facts);
  if (groups.length === 0)
    return [
      { severity: 'info', path, message: 'no group has two guests, so there is nothing to keep apart' },
    ];
  if (nodes.length < 2)
    return [{ severity: 'warning', path, message: `on one node nothing can be kept apart (${names})` }];
  if (facts.ha.mode === 'groups') {
    return [
      {
        severity: 'warning',
        path,
        message: `this cluster has HA groups (PVE 8), which cannot keep guests apart: each guest of ${names} prefers the node that it is on, and after a failure two may share one`,
        fix: 'PVE 9 has rules for it; apply again after the upgrade',
      },
    ];
  }
  return groups.flatMap((group): Finding[] => {
    const own = apart.filter((rule) => rule.group === group);
    const count = `${group.count} guests of ${group.name}`;
    const findings: Finding[] = [];
    if (group.count > nodes.length) {
      const kept = own.map((rule) =>
        rule.guests
          .map(({ index }) => index)
          .sort((a, b) => a - b)
          .join(', '),
      );
      findings.push({
        severity: 'info',
        path: `groups.${answers.groups.indexOf(group)}.count`,
        message: `${count} do not all fit on ${nodes.length} nodes one by one; kept apart are ${kept.join(', and ')}`,
      });
    }
    if (own.some((rule) => rule.guests.length === nodes.length)) {
      findings.push({
        severity: 'warning',
        path,
        message: `when a node fails, its guest of ${group.name} waits until the node is back: each of the other nodes has one (${nodes.length} nodes)`,
        fix: 'fewer guests than nodes leave room; or leave out anti_affinity',
      });
    }
    const disabled = own.filter(({ rule }) =>
      facts.ha.rules.some((one) => one.rule === rule && one.disabled),
    );
    for (const { rule } of disabled)
      findings.push({
        severity: 'warning',
        path,
        message: `HA rule ${rule} is disabled, and keeps nothing apart`,
      });
    return [...findings, ...own.flatMap(sameNode)];
  });
}

function sameNode({ guests }: ApartRule): Finding[] {
  const seen = new Map<string, PlacedGuest>();
  return guests.flatMap((guest): Finding[] => {
    const other = seen.get(guest.node);
    if (!other) seen.set(guest.node, guest);
    if (!other) return [];
    return [
      {
        severity: 'warning',
        path: 'ha.anti_affinity',
        message: `${other.name} and ${guest.name} are both on ${guest.node}: HA will move one of them`,
      },
    ];
  });
}

function checkForeign(answers: ClusterAnswers, { facts, guests }: Inputs): Finding[] {
  if (answers.nodes === 'all' && facts.ha.mode === 'rules') return [];
  return guests.flatMap((guest): Finding[] => {
    const home = foreignHome(guest, answers.name, facts);
    if (home === undefined) return [];
    const kind = facts.ha.mode === 'rules' ? 'rule' : 'group';
    return [
      {
        severity: 'warning',
        path: 'ha',
        message: `${guest.name} is in the HA ${kind} ${home} of somebody else, which decides on its nodes: it stays there`,
      },
    ];
  });
}

/** HA moves the config of a guest to another node and starts it there: without its disks that fails. */
function checkDisks(answers: ClusterAnswers, inputs: Inputs): Finding[] {
  const groups = new Map<string, string[]>();
  for (const group of answers.groups) {
    const own = inputs.guests.filter((guest) => guest.group === group);
    const local = [...new Set(own.flatMap((guest) => localDisks(guest, inputs)))].sort().join(', ');
    if (local !== '') groups.set(local, [...(groups.get(local) ?? []), group.name]);
  }
  return [...groups].map(([local, names]) => ({
    severity: 'warning',
    path: 'storage',
    message: `guests of ${names.join(', ')} have disks on ${local}, which only their own node has: HA can start them again there, and nowhere else`,
    fix: 'choose a shared storage, or replicate the disks (ZFS)',
  }));
}

/** Nodes that HA may use, but that nobody prepared: guests would not start there. */
function checkPrepared(answers: ClusterAnswers, { facts, prepared }: Inputs): Finding[] {
  if (answers.nodes !== 'all' && answers.ha.node_affinity === 'restrict') return [];
  const bare = facts.nodes.map((node) => node.name).filter((node) => !prepared.includes(node));
  if (bare.length === 0) return [];
  const shared = answers.groups.some((group) => group.virtiofs?.length || group.plan9?.length);
  return [
    {
      severity: 'warning',
      path: answers.nodes === 'all' ? 'ha' : 'ha.node_affinity',
      message: `HA may start guests of ${answers.name} on ${bare.join(', ')}, too, which ${bare.length === 1 ? 'has' : 'have'} no Ignition files${shared ? ' and no shares' : ''} of theirs unless the storage is shared`,
      fix:
        answers.nodes === 'all'
          ? `apply again once ${bare.length === 1 ? 'it is' : 'they are'} online`
          : 'node_affinity: restrict keeps them on their nodes',
    },
  ];
}

function checkOutside(answers: ClusterAnswers, { guests }: Inputs): Finding[] {
  const { nodes } = answers;
  if (nodes === 'all') return [];
  return guests
    .filter((guest) => !nodes.includes(guest.node))
    .map(({ name, node }) => ({
      severity: 'warning',
      path: 'nodes',
      message: `${name} is on ${node}, which is not among the nodes of ${answers.name}: HA will move it to ${nodes.join(' or ')}`,
    }));
}
