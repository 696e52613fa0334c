import type { Facts } from '../../facts/facts.ts';
import type { Finding } from '../../plan/step.ts';
import type { KeaAnswers } from './answers.ts';
import { UNIT } from './places.ts';

/** What is there already and stays as it is, though these answers say, or leave out, something else. */
export function leftAlone(answers: KeaAnswers, nodes: readonly string[], facts: Facts): Finding[] {
  return [...otherNodes(nodes, facts), ...madeBefore(answers, nodes, facts)];
}

function otherNodes(nodes: readonly string[], { kea = [], guests }: Facts): Finding[] {
  const onHost = kea
    .filter(({ host }) => (host.units[UNIT]?.load ?? 'not-found') !== 'not-found')
    .map(({ node }) => node);
  const inContainers = guests.filter(({ identity }) => identity?.kea !== undefined).map(({ node }) => node);
  const others = [...new Set([...onHost, ...inContainers])].filter((node) => !nodes.includes(node)).sort();
  if (others.length === 0) return [];
  const names = others.join(', ');
  return [
    {
      severity: 'info',
      path: 'nodes',
      message: `${names} ${others.length === 1 ? 'has' : 'have'} an agent, too, which these answers leave as it is`,
      fix: `to remove it: proxwright destroy FILE with nodes: [${names}]`,
    },
  ];
}

/** A container keeps what it was made with. */
function madeBefore({ memory }: KeaAnswers, nodes: readonly string[], { guests }: Facts): Finding[] {
  return guests.flatMap(({ identity, node, name, vmid, config }): Finding[] => {
    const has = config?.memory;
    if (identity?.kea === undefined || !nodes.includes(node) || has === undefined) return [];
    if (memory === undefined || Number(has) === memory) return [];
    return [
      {
        severity: 'warning',
        path: 'memory',
        message: `${name} on ${node} is there with ${has} MiB, and keeps them`,
        fix: `on ${node}: pct set ${vmid} --memory ${memory}`,
      },
    ];
  });
}
