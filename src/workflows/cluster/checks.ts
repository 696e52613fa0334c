import type { Facts } from '../../facts/facts.ts';
import type { Finding } from '../../plan/step.ts';
import { diskSize } from '../../pve/disk-size.ts';
import type { ClusterAnswers } from './answers.ts';
import { gib } from './guests/no-room.ts';
import type { PlacedGuest } from './guests/placement.ts';
import type { TemplateSource } from './templates/templates.ts';

export interface CheckInputs {
  answers: ClusterAnswers;
  facts: Facts;
  guests: readonly PlacedGuest[];
  sources: ReadonlyMap<string, TemplateSource>;
}

/** What the API would say only when a guest starts, or never: said before anything happens. */
export function checkGuests(inputs: CheckInputs): Finding[] {
  return [...checkHost(inputs), ...checkBridges(inputs), ...checkSpace(inputs), ...checkSources(inputs)];
}

/** Snippets and `args` cannot be set through the API alone. */
function checkHost({ answers, facts }: CheckInputs): Finding[] {
  const groups = answers.groups.map((group) => group.name).join(', ');
  const findings: Finding[] = [];
  if (!facts.target.hasHost) {
    findings.push({
      severity: 'error',
      path: 'ignition.transport',
      message: `the Ignition files of ${answers.name} (${groups}) cannot be written: the API has no upload for snippets`,
      fix: 'reach the node by ssh:// instead, or give an ssh target beside the https one: target: { url: …, ssh: ssh://root@node }',
    });
  }
  if (answers.ignition.transport === 'fw_cfg' && !facts.access.root) {
    findings.push({
      severity: 'error',
      path: 'ignition.transport',
      message: `transport fw_cfg sets "args" on every guest of ${answers.name}, which only root@pam may; this is ${facts.access.user}`,
      fix: 'use transport cloud-init, or log in as root@pam (a token of root does not count)',
    });
  }
  return findings;
}

function checkBridges({ answers, facts, guests }: CheckInputs): Finding[] {
  const nodes = new Set(guests.map((guest) => guest.node));
  return answers.groups.flatMap((group, at) =>
    group.networks.flatMap((network, nic) => {
      const path = `groups.${at}.networks.${nic}.bridge`;
      const missing = [...nodes].filter(
        (node) => !facts.bridges.some((bridge) => bridge.node === node && bridge.bridge === network.bridge),
      );
      if (missing.length === 0) return [];
      const there = [...new Set(facts.bridges.filter((b) => nodes.has(b.node)).map((b) => b.bridge))].sort();
      return [
        {
          severity: 'error' as const,
          path,
          message: `bridge '${network.bridge}' does not exist on ${missing.join(', ')}`,
          fix: `bridges there: ${there.join(', ') || 'none'}`,
        },
      ];
    }),
  );
}

/** Full clones need their room at once; linked ones grow into it. */
function checkSpace({ answers, facts, guests, sources }: CheckInputs): Finding[] {
  const wanted = new Map<string, { storage: string; node: string; bytes: number }>();
  for (const guest of guests) {
    if (guest.existing) continue;
    const storage = storageOf(answers, guest, { facts, sources });
    if (!storage) continue;
    const shared = facts.storages.some((row) => row.storage === storage && row.shared);
    const key = shared ? storage : `${guest.node}/${storage}`;
    const sum = wanted.get(key) ?? { storage, node: guest.node, bytes: 0 };
    wanted.set(key, { ...sum, bytes: sum.bytes + diskSize(guest.group.disk) });
  }
  return [...wanted.values()].flatMap(({ storage, node, bytes }): Finding[] => {
    const row = facts.storages.find((other) => other.node === node && other.storage === storage);
    if (!row || bytes <= row.avail) return [];
    const full = answers.clone === 'full';
    return [
      {
        severity: full ? 'error' : 'warning',
        path: 'storage',
        message: `the new disks on ${storage} (${node}) may grow to ${gib(bytes)}, ${gib(row.avail)} are free`,
        ...(full ? { fix: 'smaller disks, fewer guests, or another storage' } : {}),
      },
    ];
  });
}

function storageOf(
  answers: ClusterAnswers,
  guest: PlacedGuest,
  { facts, sources }: Pick<CheckInputs, 'facts' | 'sources'>,
): string | undefined {
  if (answers.storage) return answers.storage;
  const source = sources.get(guest.node);
  const template = facts.guests.find((other) => other.vmid === source?.ref.vmid);
  return /^([^:,]+):/.exec(template?.config?.scsi0 ?? template?.config?.virtio0 ?? '')?.[1];
}

/** A template that somebody else made may lack what the guests need. */
function checkSources({ answers, sources }: CheckInputs): Finding[] {
  if (answers.ignition.transport !== 'cloud-init') return [];
  const lacking = new Set<string>();
  for (const { config, ref } of sources.values()) {
    if (config && !Object.values(config).some((value) => /cloudinit/.test(value)))
      lacking.add(`${ref.name} (${ref.vmid})`);
  }
  return [...lacking].map((template) => ({
    severity: 'error' as const,
    path: 'template',
    message: `template ${template} has no cloud-init drive, so its guests would find no Ignition config`,
    fix: 'add one to the template (qm set ID --scsi1 STORAGE:cloudinit), or use ignition: { transport: fw_cfg }',
  }));
}
