import type { Facts } from '../../facts/facts.ts';
import type { KeaNodeFacts } from '../../facts/facts-kea.ts';
import { sdnDhcpVnets } from '../../kea/pve-conf.ts';
import { knownHoles, parseKeaVersion } from '../../kea/version.ts';
import type { Finding } from '../../plan/step.ts';
import type { KeaAnswers } from './answers.ts';
import { leftAlone } from './left-alone.ts';
import { keaPackages, serviceOf, UNIT } from './places.ts';

/** All that speaks against an installation, or that its administrator should know before. */
export function checkKea(answers: KeaAnswers, nodes: readonly string[], facts: Facts): Finding[] {
  if (!facts.target.hasHost) {
    return [
      {
        severity: 'error',
        path: 'nodes',
        message: `Kea cannot be installed through the API alone: packages, files and services of ${nodes.join(', ')} are out of its reach`,
        fix: 'reach a node by ssh:// instead, or give an ssh target beside the https one: target: { url: …, ssh: ssh://root@node }',
      },
    ];
  }
  const seen = (facts.kea ?? []).filter(({ node }) => nodes.includes(node));
  return [
    ...nodes.filter((node) => !seen.some((look) => look.node === node)).map(unseen),
    ...seen.flatMap((look) =>
      look.problem === undefined ? checkNode(answers, look, facts) : [broken(look)],
    ),
    ...checkSdn(answers, seen),
    ...checkExcluded(answers, nodes, facts),
    ...otherModes(answers, seen, facts),
    ...leftAlone(answers, nodes, facts),
  ];
}

function checkNode(answers: KeaAnswers, look: KeaNodeFacts, facts: Facts): Finding[] {
  const { node, root } = look;
  if (!root) {
    return [
      {
        severity: 'error',
        message: `commands on ${node} do not run as root, and only root may install Kea there`,
        fix: 'ssh://root@… instead of another user',
      },
    ];
  }
  return [
    ...checkMachine(look, facts),
    ...(answers.mode === 'host' ? checkKeaVersion(answers, look) : []),
    ...checkOtherServers(look),
    ...checkServices(answers, look),
  ];
}

function checkMachine({ node, machine }: KeaNodeFacts, { program }: Facts): Finding[] {
  if (!program || 'problem' in program || machine === '' || program.machine === machine) return [];
  return [
    {
      severity: 'error',
      message: `${node} is ${machine}, and this program is for ${program.machine}: it would not run there`,
      fix: 'use the binary for that machine: npm run build -- --all',
    },
  ];
}

/** Of the Kea that is there, or that apt would install. */
function checkKeaVersion(answers: KeaAnswers, { node, host }: KeaNodeFacts): Finding[] {
  return keaPackages(answers).flatMap((name): Finding[] => {
    const text = host.packages[name] ?? host.candidates[name];
    if (text === undefined) {
      return [
        {
          severity: 'warning',
          message: `${node} knows no package ${name} yet: the plan fetches the package lists first`,
          fix: `where that does not help, Debian's own repository is missing: apt policy ${name}`,
        },
      ];
    }
    if (name !== 'kea-dhcp4-server') return [];
    // Debian's versions: an epoch in front, its own revision behind.
    const version = parseKeaVersion(text.replace(/^\d+:/, ''));
    if (version === undefined)
      return [{ severity: 'warning', message: `${node}: ${name} has the strange version ${text}` }];
    return knownHoles(version).map(({ message }) => ({
      severity: 'warning' as const,
      message: `${node}: ${message}`,
    }));
  });
}

function checkOtherServers({ node, otherServers }: KeaNodeFacts): Finding[] {
  return otherServers.map(({ bridge, vlan, server }) => ({
    severity: 'warning' as const,
    message: `another DHCP server answers on ${bridge}${vlan === null ? '' : `, VLAN ${vlan}`} of ${node}: ${server}; guests may take its offer`,
    fix: `switch it off there, or leave the bridge out: exclude: [${bridge}]`,
  }));
}

/** Daemons that serve DHCP on the node itself, and Debian's own Kea, which the plan switches off. */
function checkServices(answers: KeaAnswers, { node, host }: KeaNodeFacts): Finding[] {
  const isActive = (unit: string): boolean => host.units[unit]?.active === 'active';
  const own = answers.mode === 'host' ? keaPackages(answers).map(serviceOf).filter(isActive) : [];
  return [
    ...own.map((unit) => ({
      severity: 'warning' as const,
      message: `${unit} of Debian runs on ${node}; the plan stops and masks it: what it serves now is served no more`,
      fix: 'look at /etc/kea first; use mode: lxc to keep it',
    })),
    ...['isc-dhcp-server.service', 'dnsmasq.service'].filter(isActive).map((unit) => ({
      severity: 'warning' as const,
      message: `${unit} runs on ${node}: where it listens on a bridge of guests, two servers answer them`,
      fix: 'stop it, or leave its bridges out: exclude: […]',
    })),
  ];
}

function checkSdn(answers: KeaAnswers, seen: readonly KeaNodeFacts[]): Finding[] {
  const { zones = '', vnets = '' } = seen[0]?.sdn ?? {};
  return [...sdnDhcpVnets(zones, vnets)]
    .filter(([vnet]) => !answers.exclude.includes(vnet))
    .map(([vnet, zone]) => ({
      severity: 'info' as const,
      message: `SDN zone ${zone} serves vnet ${vnet} by its own DHCP: the agent stays away from it`,
    }));
}

/** A bridge that no node has is most likely a slip of the pen. */
function checkExcluded(answers: KeaAnswers, nodes: readonly string[], facts: Facts): Finding[] {
  const there = new Set(facts.bridges.filter(({ node }) => nodes.includes(node)).map(({ bridge }) => bridge));
  return answers.exclude.flatMap((bridge, at): Finding[] =>
    there.has(bridge)
      ? []
      : [
          {
            severity: 'warning',
            path: `exclude.${at}`,
            message: `no node has a bridge ${bridge}, so leaving it out does nothing`,
            fix: `bridges there: ${[...there].sort().join(', ') || 'none'}`,
          },
        ],
  );
}

/** Two agents on one node would answer the same guests, from the same addresses. */
function otherModes(answers: KeaAnswers, seen: readonly KeaNodeFacts[], facts: Facts): Finding[] {
  return seen.flatMap(({ node, host }): Finding[] => {
    const container = facts.guests.find((guest) => guest.node === node && guest.identity?.kea !== undefined);
    const onHost = (host.units[UNIT]?.load ?? 'not-found') !== 'not-found';
    const other =
      answers.mode === 'host'
        ? container && `in container ${container.vmid}`
        : onHost
          ? 'on the node itself'
          : container && container.identity?.kea !== answers.mode
            ? `in container ${container.vmid} by ${container.identity?.kea}`
            : undefined;
    if (!other) return [];
    return [
      {
        severity: 'error',
        path: 'mode',
        message: `${node} has an agent already, ${other}; two of them would answer the same guests`,
        fix: 'take that away first: proxwright destroy FILE',
      },
    ];
  });
}

function unseen(node: string): Finding {
  return { severity: 'error', message: `nothing can be run on ${node} through this target` };
}

function broken({ node, problem }: KeaNodeFacts): Finding {
  return {
    severity: 'error',
    message: `${node} could not be looked at: ${problem}`,
    fix: 'name the other nodes (nodes: […]), or mend the way to this one',
  };
}
