import type { Facts } from '../../facts/facts.ts';
import type { Finding } from '../../plan/step.ts';
import type { KeaAnswers } from './answers.ts';

/** Nodes that are there and online, of those that are asked for; a finding for each that is not. */
export function chosenNodes(
  { nodes }: Pick<KeaAnswers, 'nodes'>,
  facts: Facts,
): { nodes: string[]; findings: Finding[] } {
  const online = facts.nodes.filter((node) => node.online).map((node) => node.name);
  if (nodes === 'all') {
    const offline = facts.nodes.filter((node) => !node.online);
    const left = offline.map(
      ({ name }): Finding => ({
        severity: 'warning',
        path: 'nodes',
        message: `${name} is offline and is left out: its guests get no address from Kea`,
        fix: 'apply again when it is back',
      }),
    );
    if (online.length > 0) return { nodes: online, findings: left };
    return { nodes: [], findings: [{ severity: 'error', path: 'nodes', message: 'no node is online' }] };
  }
  const findings = nodes.flatMap((name, at): Finding[] => {
    if (online.includes(name)) return [];
    const known = facts.nodes.some((node) => node.name === name);
    return [
      {
        severity: 'error',
        path: `nodes.${at}`,
        message: known ? `node ${name} is offline` : `there is no node ${name}`,
        fix: `nodes that are online: ${online.join(', ') || 'none'}`,
      },
    ];
  });
  return { nodes: nodes.filter((name) => online.includes(name)), findings };
}
