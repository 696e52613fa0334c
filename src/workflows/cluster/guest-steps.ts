import { createHash } from 'node:crypto';
import { OUR_TAG } from '../../facts/guests.ts';
import type { Secret } from '../../plan/secret.ts';
import type { Step } from '../../plan/step.ts';
import { writeIdentity } from '../../pve/description.ts';
import { formatProperties } from '../../pve/property-string.ts';
import type { GuestRef } from '../../steps/our-guest.ts';
import type { ClusterAnswers } from './answers.ts';
import type { WantedNic } from './guests.ts';
import { dispatcherVolume, hookLines } from './hooks.ts';
import type { PlacedGuest } from './placement.ts';
import { argsText, plan9Words, virtiofsOptions } from './shares.ts';
import { type SnippetPlace, snippetName, snippetPath, snippetSteps } from './snippets.ts';
import type { TemplateSource } from './templates.ts';

export interface GuestStepInputs {
  answers: ClusterAnswers;
  /** Absent for a guest that is there already. */
  source: TemplateSource | undefined;
  snippets: SnippetPlace | undefined;
  ignition: Secret;
  /** Its id is part of its config. */
  fixedId: boolean;
  /** Steps that every guest waits for, such as the pool's. */
  first: readonly string[];
}

/** All that is done for one guest: its Ignition, clone, options, disk, start, and the wait for its address. */
export function guestSteps(guest: PlacedGuest, inputs: GuestStepInputs): Step[] {
  const { answers, source, snippets, ignition, first } = inputs;
  const { name, node, group } = guest;
  const ref = refOf(guest);
  const written = snippets ? snippetSteps(snippets, name, ignition) : [];
  const template = source?.ref;
  const steps: Step[] = [...written];

  if (!guest.existing && source && template) {
    const spec = specOf(answers, guest, ignition);
    const identity = { cluster: answers.name, group: group.name, index: guest.index, uid: guest.uid, spec };
    steps.push({
      id: ref.step,
      title: `clone ${template.name} into ${name} on ${node}`,
      verb: 'clone-guest',
      args: {
        template: { ...template },
        guest: { ...ref },
        description: writeIdentity(notesOf(group), identity),
        full: answers.clone === 'full',
        fixedId: inputs.fixedId,
        ...(answers.clone === 'full' && answers.storage ? { storage: answers.storage } : {}),
        ...(answers.pool ? { pool: answers.pool } : {}),
      },
      needs: [...first, ...(source.step ? [source.step] : [])],
      uses: { node, template: `${template.node}/${template.name}` },
    });
  }
  const made = guest.existing ? first : [ref.step];
  const configure = `configure ${name}`;
  steps.push({
    id: configure,
    title: configure,
    verb: 'configure-guest',
    args: { guest: { ...ref }, set: guestOptions(guest, answers, snippets), isNew: !guest.existing },
    needs: made,
    uses: { node },
  });
  const grow = `grow disk of ${name}`;
  const disk = bootDisk(guest.existing?.config ?? source?.config ?? {});
  steps.push({
    id: grow,
    title: `grow disk of ${name} to ${group.disk}`,
    verb: 'grow-disk',
    args: { guest: { ...ref }, disk, size: group.disk },
    needs: [configure],
    uses: { node },
  });
  const before = [grow, ...written.map((step) => step.id)];
  if (answers.start) {
    const start = `start ${name}`;
    steps.push({
      id: start,
      title: start,
      verb: 'start-guest',
      args: { guest: { ...ref } },
      needs: before,
      uses: { node },
    });
    if (answers.wait.address) steps.push(waitStep(guest, ref, { start, timeout: answers.wait.timeout }));
  }
  return steps;
}

export function refOf({ name, vmid, node, uid }: PlacedGuest): GuestRef {
  return { name, vmid, node, uid, step: `clone ${name}` };
}

export function waitStepId(guest: string): string {
  return `wait for ${guest}`;
}

function waitStep(
  guest: PlacedGuest,
  ref: GuestRef,
  { start, timeout }: { start: string; timeout: number },
): Step {
  return {
    id: waitStepId(guest.name),
    title: `wait for the address of ${guest.name}`,
    verb: 'wait-guest',
    args: { guest: { ...ref }, mac: guest.nics[0]?.mac ?? '', timeout, isNew: !guest.existing },
    needs: [start],
    // Waiting loads nothing, so it takes no room from the node's other work.
    uses: {},
  };
}

/** What of the answers makes the guest what it is: another hash, another guest. */
export function specOf(answers: ClusterAnswers, { group, nics }: PlacedGuest, ignition: Secret): string {
  const spec = {
    source: answers.template ?? answers.image,
    transport: answers.ignition.transport,
    bridges: nics.map(({ network }) => [network.bridge, network.tag ?? null, network.ip]),
    disk: group.disk ?? null,
    ignition: ignition.reveal(),
  };
  return createHash('sha256').update(JSON.stringify(spec)).digest('hex').slice(0, 12);
}

/** The options of one `PUT config`. */
export function guestOptions(
  guest: PlacedGuest,
  answers: ClusterAnswers,
  snippets: SnippetPlace | undefined,
): Record<string, string | number> {
  const { group, nics, name, node } = guest;
  const options: Record<string, string | number> = {
    cores: group.cores,
    memory: group.memory,
    sockets: group.sockets,
    cpu: group.cpu,
    agent: '1',
    onboot: answers.onboot ? 1 : 0,
    tags: [...new Set([OUR_TAG, answers.name, ...(group.tags ?? [])])].sort().join(';'),
  };
  nics.forEach((nic, at) => {
    options[`net${at}`] = nicOption(nic);
    options[`ipconfig${at}`] = ipOption(nic);
  });
  if (snippets && answers.ignition.transport === 'cloud-init') {
    options.cicustom = `user=${snippets.storage}:snippets/${snippetName(name)}`;
    options.citype = 'nocloud';
  }
  const words = plan9Words(group);
  if (snippets && answers.ignition.transport === 'fw_cfg') {
    // In a value of QEMU's a comma is doubled.
    const file = snippetPath(snippets, node, name).replaceAll(',', ',,');
    words.unshift('-fw_cfg', `name=opt/org.flatcar-linux/config,file=${file}`);
  }
  if (words.length > 0) options.args = argsText(words);
  Object.assign(options, virtiofsOptions(group));
  if (snippets && group.hookscripts?.length) options.hookscript = dispatcherVolume(snippets);
  // A new guest has its notes from the clone on; its line must stay what it was made with.
  const identity = guest.existing?.identity;
  if (identity) options.description = writeIdentity(notesOf(group), identity);
  return options;
}

/** What PVE shows as the guest's notes, before our line. */
function notesOf(group: PlacedGuest['group']): string {
  return [...(group.description === undefined ? [] : [group.description]), ...hookLines(group)].join('\n');
}

function nicOption({ network, mac }: WantedNic): string {
  const { model, bridge, tag, firewall, mtu } = network;
  return formatProperties({ [model]: mac, bridge, tag, firewall: firewall || undefined, mtu });
}

/** Kept in the guest's config even where Ignition sets it: Kea serves it, and people read it there. */
function ipOption({ address, network }: WantedNic): string {
  const [ip, gateway] = address.includes(':') ? ['ip6', 'gw6'] : ['ip', 'gw'];
  return formatProperties({ [ip]: address, [gateway]: address === 'dhcp' ? undefined : network.gateway });
}

/** The disk that the guest boots from: what `boot` names first, else the first of the usual slots. */
export function bootDisk(config: Readonly<Record<string, string>>): string {
  const named = /order=([a-z]+\d+)/.exec(config.boot ?? '')?.[1];
  if (named && config[named] !== undefined) return named;
  return ['scsi0', 'virtio0', 'sata0', 'ide0'].find((slot) => config[slot] !== undefined) ?? 'scsi0';
}
