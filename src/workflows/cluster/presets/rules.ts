import type { Report } from '../../../answers/rule.ts';
import { knownText } from '../../../answers/secret-text.ts';
import { API_PORT, type PresetOptions } from './answers.ts';
import { installsOf, type PresetId, presetEntry, type Role } from './catalogue.ts';

export interface PresetGroup {
  name: string;
  role?: Role | undefined;
  cores: number;
  sockets: number;
  memory: number;
  networks: readonly { ip: string }[];
}

export interface PresetFields {
  preset?: PresetId | undefined;
  preset_options?: PresetOptions | undefined;
  groups: readonly PresetGroup[];
}

/** What people call the group of their servers. */
const SERVER_NAMES = ['server', 'servers', 'control-plane', 'controlplane', 'master'];

export function roleOf({ name, role }: Pick<PresetGroup, 'name' | 'role'>): Role {
  return role ?? (SERVER_NAMES.includes(name.toLowerCase()) ? 'server' : 'agent');
}

/** What must hold between a preset, its options, and the groups. */
export function checkPreset(cluster: PresetFields, report: Report): void {
  const { preset, preset_options: options, groups } = cluster;
  if (preset === undefined) {
    if (options) report(['preset_options'], 'goes only with preset: k3s or kubernetes');
    groups.forEach(({ role }, at) => {
      if (role) report(['groups', at, 'role'], 'goes only with preset: k3s or kubernetes');
    });
    return;
  }
  checkServers(cluster, report);
  if (options) checkOptions(preset, options, report);
}

function checkServers({ preset, preset_options: options, groups }: PresetFields, report: Report): void {
  const servers = groups.flatMap((group, at) => (roleOf(group) === 'server' ? [{ group, at }] : []));
  const [first, ...more] = servers;
  if (!first) {
    report(['groups'], `has no servers for preset ${preset}: call a group server, or give one role: server`);
    return;
  }
  for (const { group, at } of more) {
    report(
      ['groups', at, group.role ? 'role' : 'name'],
      `makes a second group of servers beside ${first.group.name}; a cluster has one: give this one role: agent`,
    );
  }
  const { group, at } = first;
  if (options?.endpoint === undefined && group.networks.every(({ ip }) => ip === 'dhcp')) {
    report(
      ['groups', at, 'networks'],
      `there is no fixed address for the servers, and nobody would find them: fill in ip, or preset_options: { endpoint: … } that leads to their port ${API_PORT}`,
    );
  }
  if (preset !== 'kubernetes') return;
  // kubeadm's own preflight: 2 CPUs, and 1700 MiB of what the kernel leaves of the memory.
  if (group.cores * group.sockets < 2) report(['groups', at, 'cores'], 'kubeadm wants 2 cores for a server');
  if (group.memory < 2048) report(['groups', at, 'memory'], 'kubeadm wants 2048 MiB for a server');
}

function checkOptions(preset: PresetId, options: PresetOptions, report: Report): void {
  const { install, version, sha256, token, cni } = options;
  const { title, versions, installs } = presetEntry(preset);
  if (install !== undefined && !installs[install]) {
    report(['preset_options', 'install'], `${title} is installed by ${installsOf(preset).join(' or ')} here`);
  }
  if (version !== undefined && !new RegExp(versions).test(version)) {
    const [first = 'sysext'] = installsOf(preset);
    const usual = (installs[install ?? first] ?? installs[first])?.version;
    report(['preset_options', 'version'], `${version} is no version of ${title} here; such as ${usual}`);
  }
  if (sha256 !== undefined && version === undefined)
    report(['preset_options', 'sha256'], 'needs version beside it, whose sum it is');
  // It stands in YAML, in kubeadm's and k3s' own files: what needs no quoting there.
  const text = knownText(token);
  if (text !== '' && !/^[A-Za-z0-9._:+/=-]{16,512}$/.test(text)) {
    report(['preset_options', 'token'], 'wants 16 to 512 letters, digits and . _ : + / = -');
  }
  if (cni !== undefined && preset === 'k3s')
    report(['preset_options', 'cni'], 'goes only with preset: kubernetes; k3s brings its own');
}
