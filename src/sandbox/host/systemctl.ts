import { SERVICES } from '../api/node-facts.ts';
import { failed, type HostResult, type Invocation, ok, splitOptions } from './result.ts';

/** Units that a node has beside those of its API; Kea is not there until somebody installs it. */
const UNITS: readonly string[] = [
  ...SERVICES,
  'ssh',
  'frr',
  'networking',
  'systemd-networkd-wait-online',
  'pve-guests',
];

const INACTIVE = ['corosync', 'systemd-timesyncd', 'pve-lxc-syscalld', 'frr', 'syslog'];

/** `is-active`, `is-enabled`, `list-units`; the verbs that change something change nothing. */
export function systemctl({ world, args }: Invocation): HostResult {
  const { operands } = splitOptions(args, ['-t', '-p', '--type', '--property']);
  const [verb = 'list-units', ...units] = operands;
  const alone = world.nodes.names.length === 1;
  const names = units.map((unit) => unit.replace(/\.(service|timer|socket)$/, ''));
  const known = (name: string) => UNITS.includes(name);
  const active = (name: string) =>
    known(name) && !(INACTIVE.includes(name) && (name !== 'corosync' || alone));
  if (verb === 'is-active') {
    const states = names.map((name) => (active(name) ? 'active' : 'inactive'));
    return states.includes('active')
      ? ok(`${states.join('\n')}\n`)
      : failed(known(names[0] ?? '') ? 3 : 4, '', `${states.join('\n')}\n`);
  }
  if (verb === 'is-enabled') {
    const states = names.map((name) => (known(name) ? (active(name) ? 'enabled' : 'disabled') : 'not-found'));
    return states.every((state) => state === 'enabled')
      ? ok(`${states.join('\n')}\n`)
      : failed(1, '', `${states.join('\n')}\n`);
  }
  if (verb === 'list-units') {
    const lines = UNITS.filter(active).map((name) => `  ${name}.service loaded active running ${name}`);
    return ok(`${lines.join('\n')}\n`);
  }
  const missing = names.find((name) => !known(name));
  if (missing !== undefined && verb !== 'daemon-reload')
    return failed(5, `Failed to ${verb} ${missing}.service: Unit ${missing}.service not found.`);
  return ok();
}
