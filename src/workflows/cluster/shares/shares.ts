import type { Facts } from '../../../facts/facts.ts';
import type { Finding } from '../../../plan/step.ts';
import { formatProperties } from '../../../pve/property-string.ts';
import type { PlanInputs } from '../../workflow.ts';
import type { GroupAnswers } from '../groups/answers.ts';
import type { Kernel } from './kernel.ts';

/** Folders that a group's guests need on every node that may run them. */
export function sharedPaths(group: GroupAnswers): string[] {
  return [...(group.virtiofs ?? []), ...(group.plan9 ?? [])].map((share) => share.path);
}

/** `virtiofs0` … of a guest. The guest finds the share by the mapping's id, which is the tag. */
export function virtiofsOptions({ virtiofs = [] }: GroupAnswers): Record<string, string> {
  const entries = virtiofs.map(({ tag, cache, direct_io }, at) => {
    // PVE's default cache is auto, and it writes down only what differs.
    const value = {
      dirid: tag,
      cache: cache === 'auto' ? undefined : cache,
      'direct-io': direct_io || undefined,
    };
    return [`virtiofs${at}`, formatProperties(value, 'dirid')];
  });
  return Object.fromEntries(entries);
}

/** QEMU's arguments for the 9p shares, as separate words. A comma inside a value is doubled. */
export function plan9Words({ plan9 = [] }: GroupAnswers): string[] {
  return plan9.flatMap(({ path, tag, security_model, multidevs, readonly }) => [
    '-virtfs',
    [
      'local',
      `path=${path.replaceAll(',', ',,')}`,
      `mount_tag=${tag}`,
      `security_model=${security_model}`,
      `multidevs=${multidevs}`,
      ...(readonly ? ['readonly=on'] : []),
    ].join(','),
  ]);
}

/** Words for `args`, which PVE splits as a shell would, without one. */
export function argsText(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ');
}

export interface ShareCheck {
  nodes: readonly string[];
  inputs: PlanInputs;
  facts: Facts;
  kernels: readonly Kernel[];
}

/** What a share costs, what it needs, and what would be found only when a guest starts. */
export function checkShares(
  group: GroupAnswers,
  path: string,
  { nodes, inputs, facts, kernels }: ShareCheck,
): Finding[] {
  const findings: Finding[] = [];
  const add = (severity: Finding['severity'], at: string, message: string, fix?: string): void =>
    void findings.push({ severity, path: `${path}.${at}`, message, ...(fix ? { fix } : {}) });
  for (const [kind, shares] of [
    ['virtiofs', group.virtiofs ?? []],
    ['plan9', group.plan9 ?? []],
  ] as const) {
    shares.forEach((share, at) => {
      const missing = nodes.filter((node) => inputs.folders.get(`${node}:${share.path}`) === false);
      if (missing.length > 0) {
        add(
          'error',
          `${kind}.${at}.path`,
          `there is no folder ${share.path} on ${missing.join(', ')}`,
          `make it: ${argsText(['mkdir', '-p', share.path])}`,
        );
      }
    });
  }
  if (group.virtiofs?.length) {
    add(
      'info',
      'virtiofs',
      `guests of ${group.name} with virtiofs shares cannot be migrated while they run, nor have snapshots with memory`,
    );
    for (const { name, since } of kernels.filter((kernel) => !kernel.virtiofs)) {
      const from = since ? `; Flatcar from ${since} on has it` : '';
      add(
        'error',
        'virtiofs',
        `the kernel of ${name} has no virtiofs${from}`,
        'use plan9: instead, or a newer image',
      );
    }
  }
  if (group.plan9?.length) {
    add('info', 'plan9', `guests of ${group.name} with 9p shares cannot be migrated while they run`);
    if (!facts.access.root) {
      add(
        'error',
        'plan9',
        `9p shares set "args", which only root@pam may; this is ${facts.access.user}`,
        'use virtiofs: instead',
      );
    }
  }
  return findings;
}
