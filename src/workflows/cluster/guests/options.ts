import type { GuestFacts } from '../../../facts/facts.ts';
import { OUR_TAG, writeIdentity } from '../../../pve/description.ts';
import { formatProperties } from '../../../pve/property-string.ts';
import type { ClusterAnswers } from '../answers.ts';
import { argsText, plan9Words, virtiofsOptions } from '../shares/shares.ts';
import { virtiofsdWords } from '../shares/virtiofsd.ts';
import type { WantedNic } from './guests.ts';
import { dispatcherVolume, type GuestPlaces, hookLines, hooksOf } from './hooks.ts';
import type { PlacedGuest } from './placement.ts';
import { snippetName, snippetPath } from './snippets.ts';

/** The options of one `PUT config`. */
export function guestOptions(
  guest: PlacedGuest,
  answers: ClusterAnswers,
  places: GuestPlaces,
): Record<string, string | number> {
  const { group, nics, name, node } = guest;
  const { snippets, virtiofs } = places;
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
  const words = [...plan9Words(group), ...(virtiofs === 'hook' ? virtiofsdWords(group, guest.uid) : [])];
  if (snippets && answers.ignition.transport === 'fw_cfg') {
    // In a value of QEMU's a comma is doubled.
    const file = snippetPath(snippets, node, name).replaceAll(',', ',,');
    words.unshift('-fw_cfg', `name=opt/org.flatcar-linux/config,file=${file}`);
  }
  if (words.length > 0) options.args = argsText(words);
  if (virtiofs === 'native') Object.assign(options, virtiofsOptions(group));
  // With NUMA, Proxmox VE would lay out the memory that virtiofsd must share.
  else if (group.virtiofs?.length) options.numa = 0;
  if (snippets && hooksOf(group, places).length > 0) options.hookscript = dispatcherVolume(snippets);
  // A new guest has its notes from the clone on; its line must stay what it was made with.
  const identity = guest.existing?.identity;
  if (identity) options.description = writeIdentity(notesOf(group, places), identity);
  return options;
}

/** What PVE shows as the guest's notes, before our line. */
export function notesOf(group: PlacedGuest['group'], places: GuestPlaces): string {
  const own = group.description === undefined ? [] : [group.description];
  return [...own, ...hookLines(group, places)].join('\n');
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

/**
 * Options of the kinds that {@link guestOptions} sets which a guest has, but neither the answers nor its
 * template: what was taken out of the answers since.
 */
export function strayOptions(
  existing: GuestFacts | undefined,
  options: Readonly<Record<string, unknown>>,
  template: Readonly<Record<string, unknown>>,
): string[] {
  return Object.keys(existing?.config ?? {})
    .filter((key) => /^(?:(?:net|ipconfig|virtiofs)\d+|args|hookscript)$/.test(key))
    .filter((key) => !(key in options) && !(key in template))
    .sort();
}

/** The disk that the guest boots from: the first one that `boot` names, else the first of the usual slots. */
export function bootDisk(config: Readonly<Record<string, string>>): string {
  const order = /order=([^,\s]+)/.exec(config.boot ?? '')?.[1]?.split(';') ?? [];
  const slots = [...order, config.bootdisk ?? '', 'scsi0', 'virtio0', 'sata0', 'ide0'];
  // Others than disks may come first: a CD drive, the network.
  const isDisk = (slot: string): boolean =>
    /^(?:scsi|virtio|sata|ide)\d+$/.test(slot) && !/media=cdrom|cloudinit/.test(config[slot] ?? 'cloudinit');
  return slots.find(isDisk) ?? 'scsi0';
}
