import type { Host, RunOptions } from '../hosts/host.ts';
import { type PlaceFacts, STAMP, type UnitFacts } from './facts-kea.ts';

/** What the plan may install, and what else would serve DHCP there. */
const PACKAGES = [
  'docker-cli',
  'docker-compose',
  'docker.io',
  'iproute2',
  'kea-common',
  'kea-dhcp4-server',
  'kea-dhcp6-server',
  'openvswitch-switch',
  'util-linux',
];
const UNITS = [
  'proxwright-kea.service',
  'kea-dhcp4-server.service',
  'kea-dhcp6-server.service',
  'isc-dhcp-server.service',
  'dnsmasq.service',
  'openvswitch-switch.service',
  'ovs-vswitchd.service',
  'ovsdb-server.service',
];
const FILES = [
  '/usr/local/lib/proxwright/proxwright',
  '/etc/systemd/system/proxwright-kea.service',
  '/etc/apparmor.d/proxwright-kea',
  '/etc/docker/daemon.json',
  '/opt/proxwright-kea/.env',
  '/opt/proxwright-kea/Dockerfile',
  '/opt/proxwright-kea/compose.yaml',
  '/opt/proxwright-kea/proxwright',
];

/** Looks at one place; `inside` are the words that bring a command into a container. Exit codes say "not there". */
export async function readPlace(
  host: Host,
  inside: readonly string[],
  options: Pick<RunOptions, 'signal'>,
): Promise<PlaceFacts> {
  const said = async (...argv: string[]): Promise<string> =>
    (await host.run([...inside, ...argv], options)).stdout;
  const [installed, policy, units, sums, compose] = await Promise.all([
    said('dpkg-query', '-W', '-f', '${Package}\\t${db:Status-Status}\\t${Version}\\n', ...PACKAGES),
    said('env', 'LC_ALL=C', 'apt-cache', 'policy', ...PACKAGES),
    said('systemctl', 'show', '-p', 'Id,LoadState,ActiveState,UnitFileState,MainPID', '--', ...UNITS),
    said('sha256sum', '--', ...FILES),
    inside.length > 0
      ? said('docker', 'inspect', '-f', '{{.State.Running}} {{json .Config.Env}}', 'proxwright-kea')
      : '',
  ]);
  const shown = blocks(units);
  const pid = Number(shown.get('proxwright-kea.service')?.MainPID ?? 0);
  const environment = pid > 0 ? (await said('cat', `/proc/${pid}/environ`)).split('\0') : variables(compose);
  const stamp = environment.find((variable) => variable.startsWith(`${STAMP}=`))?.slice(STAMP.length + 1);
  return {
    packages: Object.fromEntries(
      installed
        .split('\n')
        .map((line) => line.split('\t'))
        .filter(([, status]) => status === 'installed')
        .map(([name = '', , version = '']) => [name, version]),
    ),
    candidates: candidates(policy),
    units: Object.fromEntries([...shown].map(([id, properties]) => [id, unitFacts(properties)])),
    files: Object.fromEntries(
      [...sums.matchAll(/^([0-9a-f]{64}) [ *](.*)$/gm)].map(([, sum = '', path = '']) => [path, sum]),
    ),
    ...(stamp === undefined ? {} : { stamp }),
  };
}

/** `systemctl show` of several units: blocks of `Key=value`, parted by empty lines. */
function blocks(text: string): Map<string, Readonly<Record<string, string>>> {
  const found = new Map<string, Readonly<Record<string, string>>>();
  for (const block of text.split(/\n\n+/)) {
    const properties = Object.fromEntries(
      block.split('\n').map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]),
    );
    if (properties.Id) found.set(properties.Id, properties);
  }
  return found;
}

function unitFacts({ LoadState, ActiveState, UnitFileState }: Readonly<Record<string, string>>): UnitFacts {
  return { load: LoadState ?? 'not-found', active: ActiveState ?? 'inactive', enabled: UnitFileState ?? '' };
}

/** `apt-cache policy`: a package's name, then its lines behind blanks. `(none)`: there is nothing to install. */
function candidates(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  let name = '';
  for (const line of text.split('\n')) {
    name = /^(\S+):$/.exec(line)?.[1] ?? name;
    const version = /^ {2}Candidate: (\S+)/.exec(line)?.[1];
    if (version !== undefined && version !== '(none)') found[name] = version;
  }
  return found;
}

/** Of a container of Docker that runs: `true ["A=B", …]`. */
function variables(text: string): readonly string[] {
  const [, list] = /^true (\[.*\])\s*$/s.exec(text) ?? [];
  try {
    return list === undefined ? [] : (JSON.parse(list) as string[]);
  } catch {
    return [];
  }
}
