import type { Finding } from '../../../plan/step.ts';
import { butaneCompiler } from '../groups/butane.ts';
import type { IgnitionConfig } from '../groups/ignition-config.ts';
import type { Group } from '../guests/guests.ts';
import type { PlacedGuest } from '../guests/placement.ts';
import { presetFolder, presetText } from './catalogue.ts';
import type { PresetCluster } from './preset-cluster.ts';
import { roleOf } from './rules.ts';

/** The preset's part of the configs of a group's guests. */
export interface PresetIgnition {
  of(guest: PlacedGuest): { config: IgnitionConfig; findings: Finding[] };
  /**
   * What of it makes a guest what it is. Not its texts, since another version of this program is no reason
   * to make guests anew; not the token, since a cluster keeps its own.
   */
  decisions: Readonly<Record<string, string>>;
}

export function presetIgnition(preset: PresetCluster, cluster: string, group: Group): PresetIgnition {
  const same = sharedVariables(preset, cluster, group);
  const sources = preset.entry.butane[roleOf(group)].map((file) => ({
    name: `presets/${file}`,
    text: presetText(file),
    path: 'preset',
    filesDir: presetFolder,
    variables: (guest: PlacedGuest) => ({ ...same, ...guestVariables(preset, guest) }),
  }));
  const decided = Object.entries(same).filter(([name]) => DECISIONS.includes(name));
  return { of: butaneCompiler(sources, group), decisions: Object.fromEntries(decided) };
}

const DECISIONS = [
  'preset',
  'preset_role',
  'preset_install',
  'preset_version',
  'preset_sha256',
  'preset_peers',
];

/** Nothing here depends on how many guests there are: a cluster that grows leaves those that are there alone. */
function sharedVariables(preset: PresetCluster, cluster: string, group: Group): Record<string, string> {
  const { id, entry, install, from, version, sha256, secrets, peers } = preset;
  const fill = (text: string): string =>
    text.replaceAll('{version}', version).replaceAll('{encoded}', encodeURIComponent(version));
  const { cni } = preset;
  const network = cni === undefined ? undefined : entry.cni?.[cni];
  return {
    preset: id,
    preset_cluster: cluster,
    preset_role: roleOf(group),
    preset_install: install,
    preset_version: version,
    preset_name: fill(from.name),
    preset_url: fill(from.url),
    preset_list: fill(from.list),
    preset_sha256: sha256,
    preset_file: fill(from.file),
    preset_mode: from.mode,
    preset_link: from.link ?? '',
    preset_binary: from.binary,
    preset_peers: peers.join(' '),
    preset_endpoint: peers[0] ?? '',
    preset_mark: secrets.mark,
    preset_names: [secrets.mark, ...preset.names].map((name) => JSON.stringify(name)).join(', '),
    preset_token: secrets.token,
    preset_agent_token: secrets.agentToken,
    preset_bootstrap_id: secrets.bootstrap.id,
    preset_bootstrap_secret: secrets.bootstrap.secret,
    preset_certificate_key: secrets.certificateKey,
    preset_cni_url: network?.url ?? '',
    preset_cni_sha256: network?.sha256 ?? '',
  };
}

function guestVariables(preset: PresetCluster, guest: PlacedGuest): Record<string, string> {
  return {
    vm_name: guest.name,
    preset_node_password: preset.secrets.nodePassword(guest.name),
    preset_first: preset.mayBegin(guest) ? 'yes' : 'no',
  };
}
