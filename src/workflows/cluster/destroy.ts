import type { Facts } from '../../facts/facts.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Step } from '../../plan/step.ts';
import type { ClusterAnswers } from './answers.ts';
import { snippetName } from './snippets.ts';

/** Removes the cluster's guests and their Ignition files. Templates stay: other clusters may use them. */
export function destroyCluster(answers: ClusterAnswers, facts: Facts): Plan {
  const guests = facts.guests.filter((guest) => guest.identity?.cluster === answers.name && !guest.template);
  const names = new Set(guests.map((guest) => snippetName(guest.name)));
  const stray = facts.snippets.filter(
    (snippet) => !names.has(baseName(snippet.path)) && isOfCluster(snippet.path, answers),
  );
  const steps = guests.flatMap((guest): Step[] => {
    const ref = {
      name: guest.name,
      vmid: guest.vmid,
      node: guest.node,
      uid: guest.identity?.uid ?? '',
      step: '',
    };
    const destroy = `destroy ${guest.name}`;
    const files = facts.snippets.filter((snippet) => snippet.path.endsWith(`/${snippetName(guest.name)}`));
    return [
      {
        id: destroy,
        title: `destroy ${guest.name} (${guest.vmid} on ${guest.node}) with its disks`,
        verb: 'destroy-guest',
        args: { guest: ref },
        needs: [],
        uses: { node: guest.node },
      },
      ...files.map(({ node, path }) => removeStep(node, path, [destroy])),
    ];
  });
  // Of guests that were removed by hand, or by a removal that was cut off.
  for (const { node, path } of stray) steps.push(removeStep(node, path, []));
  return {
    title: `removal of ${answers.name} cluster`,
    workflow: 'cluster',
    locks: [`cluster-${answers.name}`],
    steps,
    findings: [],
    guests: guests.map((guest) => ({
      name: guest.name,
      vmid: guest.vmid,
      node: guest.node,
      group: guest.identity?.group ?? '',
      macs: guest.macs,
      address: guest.addresses[0] ?? 'dhcp',
      memory: Number(guest.config?.memory ?? 0) * 1024 ** 2,
      step: '',
      change: 'remove',
    })),
  };
}

function removeStep(node: string, path: string, needs: readonly string[]): Step {
  const name = baseName(path);
  return {
    id: `remove ${name} on ${node}`,
    title: `remove the Ignition file ${name} on ${node}`,
    verb: 'remove-file',
    args: { node, path, mode: 0o600 },
    needs,
    uses: { node },
  };
}

function isOfCluster(path: string, { name, groups }: ClusterAnswers): boolean {
  const number = /-(\d+)\.ign$/.exec(path)?.[1];
  return (
    number !== undefined &&
    groups.some((group) => baseName(path) === snippetName(`${name}-${group.name}-${number}`))
  );
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
