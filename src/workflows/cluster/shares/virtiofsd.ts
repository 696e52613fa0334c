import type { Facts } from '../../../facts/facts.ts';
import type { Finding } from '../../../plan/step.ts';
import { isBefore84 } from '../../../pve/version.ts';
import type { PlanInputs } from '../../workflow.ts';
import type { GroupAnswers } from '../groups/answers.ts';

/**
 * `native`: by Proxmox VE's own `virtiofsN`, from 8.4 on. `hook`: by a hookscript that runs virtiofsd, and
 * `args` that QEMU finds it by; works everywhere.
 */
export type VirtiofsWay = 'native' | 'hook';

/** One way for all nodes that may run the guests: an option that one of them does not know would stop it there. */
export function virtiofsWay(nodes: readonly string[], facts: Facts): VirtiofsWay {
  return oldNodes(nodes, facts).length > 0 ? 'hook' : 'native';
}

/** Where virtiofsd is looked for, as assets/hookscripts/proxwright-virtiofsd.pl does: the Rust one, then the C one. */
export const VIRTIOFSD_PROGRAMS = [
  '/usr/libexec/virtiofsd',
  '/usr/lib/kvm/virtiofsd',
  '/usr/lib/qemu/virtiofsd',
] as const;

/** Root's alone, and of the hookscript's making. */
const SOCKETS = '/run/proxwright/virtiofsd';

/**
 * QEMU's arguments for shares by virtiofsd, as separate words: memory that virtiofsd sees too, and a device
 * for each share. The secret is for the hookscript, which must trust what it reads: only root may set `args`.
 * Sockets bear the guest's uid, since its id is known only once it is made.
 */
export function virtiofsdWords(
  { virtiofs = [], memory }: Pick<GroupAnswers, 'virtiofs' | 'memory'>,
  uid: string,
): string[] {
  if (virtiofs.length === 0) return [];
  const shares = virtiofs.flatMap(({ tag, path, cache, direct_io }) => {
    const data = [`cache=${cache}`, ...(direct_io ? ['direct-io=1'] : []), `path=${path}`].join(' ');
    const socket = `proxwright-socket-${tag}`;
    return [
      '-object',
      `secret,id=proxwright-share-${tag},data=${data.replaceAll(',', ',,')}`,
      '-chardev',
      `socket,id=${socket},path=${SOCKETS}/${uid}.${tag}.sock`,
      '-device',
      `vhost-user-fs-pci,queue-size=1024,chardev=${socket},tag=${tag}`,
    ];
  });
  return [
    '-object',
    `memory-backend-memfd,id=proxwright-memory,size=${memory}M,share=on`,
    // As Proxmox VE itself does from 8.4 on. QEMU joins it with the -machine that stands before.
    '-machine',
    'memory-backend=proxwright-memory',
    ...shares,
  ];
}

export interface VirtiofsdCheck {
  nodes: readonly string[];
  facts: Facts;
  inputs: PlanInputs;
  /** Configs of the templates that guests are cloned from, by name. */
  templates: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/** What shares by virtiofsd need, of whom, and why they are made so. */
export function checkVirtiofsd(
  group: GroupAnswers,
  path: string,
  { nodes, facts, inputs, templates }: VirtiofsdCheck,
): Finding[] {
  if (!group.virtiofs?.length) return [];
  const at = `${path}.virtiofs`;
  const old = oldNodes(nodes, facts).map(({ name, version }) => `${name} (${version})`);
  const findings: Finding[] = [
    {
      severity: 'info',
      path: at,
      message: `virtiofs shares of ${group.name} are served by a hookscript and virtiofsd: ${old.join(', ')} ${old.length === 1 ? 'is' : 'are'} older than 8.4, and guests must start on every node`,
    },
  ];
  const refuse = (where: string, message: string, fix: string): void =>
    void findings.push({ severity: 'error', path: where, message, fix });
  if (!facts.access.root) {
    const fix = 'log in as root@pam, or bring all nodes to 8.4';
    refuse(
      at,
      `virtiofs on nodes before 8.4 sets "args", which only root@pam may; this is ${facts.access.user}`,
      fix,
    );
  }
  const lacking = nodes.filter((node) => {
    const seen = VIRTIOFSD_PROGRAMS.map((program) => inputs.programs?.get(`${node}:${program}`));
    return seen.length > 0 && seen.every((there) => there === false);
  });
  if (lacking.length > 0)
    refuse(at, `there is no virtiofsd on ${lacking.join(', ')}`, 'install it: apt-get install -y virtiofsd');
  group.virtiofs.forEach((share, which) => {
    if (/^[\x20-\x7e]+$/.test(share.path)) return;
    // PVE writes args down in latin-1 (facts: pve.md, Guests).
    const message = `"args" holds no other characters than ASCII's, and ${share.path} has others`;
    refuse(`${at}.${which}.path`, message, 'name the folder otherwise, or bring all nodes to 8.4');
  });
  for (const [name, config] of templates) {
    const clash = memoryOption(config);
    if (clash)
      refuse(
        at,
        `template ${name} sets ${clash}, beside which virtiofsd cannot share the guest's memory`,
        'take it out of the template, or bring all nodes to 8.4',
      );
  }
  return findings;
}

/** What makes Proxmox VE lay out the guest's memory itself. NUMA alone is switched off with the share. */
function memoryOption(config: Readonly<Record<string, string>>): string | undefined {
  if (config.hugepages !== undefined) return `hugepages: ${config.hugepages}`;
  return /\bmemory\b/.test(config.hotplug ?? '') ? `hotplug: ${config.hotplug}` : undefined;
}

function oldNodes(nodes: readonly string[], facts: Facts): { name: string; version: string }[] {
  return nodes.flatMap((name) => {
    const version = versionOf(name, facts);
    return isBefore84(version) ? [{ name, version }] : [];
  });
}

/** Of Proxmox VE on a node; where that is not known, what the node that we talk to runs. */
export function versionOf(name: string, facts: Facts): string {
  return facts.nodes.find((node) => node.name === name)?.version ?? facts.version.version;
}
