import type { Facts } from '../../facts/facts.ts';
import type { KeaNodeFacts } from '../../facts/facts-kea.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Finding, Step } from '../../plan/step.ts';
import type { KeaAnswers } from './answers.ts';
import { chosenNodes } from './nodes.ts';
import { LINK, PROFILE_PATH, PROGRAM, serviceOf, TAKE_DOWN, UNIT, UNIT_PATH } from './places.ts';

/** Takes agents away, whichever way they were installed. Downloaded templates stay: others may use them. */
export function destroyKea(answers: KeaAnswers, facts: Facts): Plan {
  const { nodes, findings } = chosenNodes(answers, facts);
  const seen = (facts.kea ?? []).filter(({ node }) => nodes.includes(node));
  const blind = nodes.filter((node) => seen.find((look) => look.node === node)?.problem !== undefined);
  return {
    title: `removal of Kea from ${nodes.length === 1 ? nodes[0] : `${nodes.length} nodes`}`,
    workflow: 'kea',
    locks: ['kea'],
    steps: seen.flatMap((look) => [...containerSteps(look, facts), ...hostSteps(look)]),
    findings: [
      ...(facts.target.hasHost ? [] : [noHost()]),
      ...findings,
      ...blind.map(
        (node): Finding => ({
          severity: 'error',
          message: `${node} could not be looked at, so nothing is removed there`,
        }),
      ),
    ],
    guests: [],
  };
}

function containerSteps({ node }: KeaNodeFacts, facts: Facts): Step[] {
  return facts.guests
    .filter((guest) => guest.type === 'lxc' && guest.node === node && guest.identity?.kea !== undefined)
    .map(({ name, vmid, identity }) => ({
      id: `destroy ${name}`,
      title: `destroy container ${name} (${vmid} on ${node}) with its disk`,
      verb: 'destroy-container',
      args: { guest: { name, vmid, node, uid: identity?.uid ?? '', step: '' } },
      needs: [],
      uses: { node },
    }));
}

/**
 * Debian's service that is masked says that its package is there for our agent alone; one that is not masked
 * belongs to somebody, and stays with its package.
 */
function hostSteps({ node, host }: KeaNodeFacts): Step[] {
  const there = host.files[UNIT_PATH] !== undefined || host.files[PROGRAM] !== undefined;
  if (!there) return [];
  const remove: Step = {
    id: `remove the agent from ${node}`,
    title: `stop the Kea agent on ${node}, end its Keas, remove it`,
    verb: 'remove-agent',
    args: {
      node,
      unit: UNIT,
      unitPath: UNIT_PATH,
      program: PROGRAM,
      link: LINK,
      leave: [...TAKE_DOWN],
      profile: host.files[PROFILE_PATH] === undefined ? null : PROFILE_PATH,
    },
    needs: [],
    uses: { node },
  };
  const masked = ['kea-dhcp4-server', 'kea-dhcp6-server'].filter(
    (name) => host.units[serviceOf(name)]?.load === 'masked',
  );
  const installed = masked.filter((name) => host.packages[name] !== undefined);
  const packages: Step[] =
    installed.length === 0
      ? []
      : [
          {
            id: `remove Kea from ${node}`,
            title: `remove ${installed.join(' and ')} from ${node}`,
            verb: 'remove-packages',
            args: { node, packages: [...installed, 'kea-common'] },
            needs: [remove.id],
            uses: { node },
          },
        ];
  const unmask = masked.map((name): Step => {
    const unit = serviceOf(name);
    return {
      id: `unmask ${unit} on ${node}`,
      title: `unmask ${unit.replace('.service', '')} on ${node}`,
      verb: 'unmask-unit',
      args: { node, unit },
      needs: [...packages, remove].slice(0, 1).map(({ id }) => id),
      uses: { node },
    };
  });
  return [remove, ...packages, ...unmask];
}

function noHost(): Finding {
  return {
    severity: 'error',
    message: 'Kea cannot be removed through the API alone',
    fix: 'reach a node by ssh:// instead',
  };
}
