import type { Host } from '../hosts/host.ts';
import type { GuestFacts } from './facts.ts';
import type { KeaNodeFacts } from './facts-kea.ts';
import { readPlace } from './kea-place.ts';
import type { FactSource } from './read.ts';

/** What a plan for the Kea agent has to know of each node that is online. Changes nothing. */
export async function readKea(
  nodes: readonly string[],
  guests: readonly GuestFacts[],
  source: FactSource,
): Promise<KeaNodeFacts[]> {
  const looks = nodes.map(async (node): Promise<KeaNodeFacts[]> => {
    const host = source.host(node);
    if (!host) return [];
    const container = guests.find((guest) => guest.node === node && guest.identity?.kea !== undefined);
    try {
      return [await readNode(host, container, source)];
    } catch (error) {
      if (source.signal?.aborted) throw error;
      // One node that does not answer must not keep the plan from saying so.
      const problem = error instanceof Error ? error.message : String(error);
      return [{ ...nothing(node), problem }];
    }
  });
  return (await Promise.all(looks)).flat();
}

async function readNode(
  host: Host,
  container: GuestFacts | undefined,
  source: FactSource,
): Promise<KeaNodeFacts> {
  const options = source.signal ? { signal: source.signal } : {};
  const said = async (...argv: string[]): Promise<string> => (await host.run(argv, options)).stdout.trim();
  const text = async (path: string): Promise<string> => (await host.read(path))?.toString('utf8') ?? '';
  const inside = container?.status === 'running' ? ['pct', 'exec', String(container.vmid), '--'] : undefined;
  const [machine, user, apparmor, profiles, zones, vnets, place, within, templates] = await Promise.all([
    said('uname', '-m'),
    said('id', '-u'),
    text('/sys/module/apparmor/parameters/enabled'),
    text('/sys/kernel/security/apparmor/profiles'),
    text('/etc/pve/sdn/zones.cfg'),
    text('/etc/pve/sdn/vnets.cfg'),
    readPlace(host, [], options),
    inside && readPlace(host, inside, options),
    readTemplates(host, source),
  ]);
  const docker = within?.packages['docker.io'] === undefined ? [] : ['docker', 'exec', 'proxwright-kea'];
  const agent = within?.stamp === undefined ? [] : [...(inside ?? []), ...docker];
  return {
    node: host.node,
    machine,
    root: user === '0',
    apparmor: apparmor.startsWith('Y') ? 'on' : 'off',
    profiles: profiles.split('\n').flatMap((line) => /^(\S*kea\S*) /.exec(line)?.[1] ?? []),
    sdn: { zones, vnets },
    otherServers: await readOthers(host, agent),
    templates,
    host: place,
    ...(within ? { container: within } : {}),
  };
}

async function readTemplates(host: Host, { signal }: FactSource): Promise<KeaNodeFacts['templates']> {
  const options = signal ? { signal } : {};
  // The list is the one that the node fetched last; `pveam update` is for the administrator.
  const available = await host.run(['pveam', 'available', '--section', 'system'], options);
  const present = await host.run(['pvesm', 'status', '--content', 'vztmpl'], options);
  const storages = lines(present.stdout)
    .slice(1)
    .flatMap((row) => row.split(/\s+/)[0] ?? []);
  const lists = await Promise.all(storages.map((storage) => host.run(['pveam', 'list', storage], options)));
  return {
    available: lines(available.stdout).flatMap((row) => row.split(/\s+/)[1] ?? []),
    present: lists
      .flatMap(({ stdout }) => lines(stdout).slice(1))
      .flatMap((row) => row.split(/\s+/)[0] ?? [])
      .sort(),
  };
}

async function readOthers(host: Host, inside: readonly string[]): Promise<KeaNodeFacts['otherServers']> {
  const { exitCode, stdout } = await host.run([...inside, 'proxwright', 'kea', 'status', '--json']);
  if (exitCode !== 0) return [];
  try {
    const { networks } = JSON.parse(stdout) as {
      networks: { bridge: string; vlan: number | null; otherServers: { server: string }[] }[];
    };
    return networks.flatMap(({ bridge, vlan, otherServers }) =>
      otherServers.map(({ server }) => ({ bridge, vlan, server })),
    );
  } catch {
    // An agent of another version: what it says is not needed for a plan.
    return [];
  }
}

function nothing(node: string): KeaNodeFacts {
  return {
    node,
    machine: '',
    root: false,
    apparmor: 'off',
    profiles: [],
    sdn: { zones: '', vnets: '' },
    otherServers: [],
    templates: { available: [], present: [] },
    host: { packages: {}, candidates: {}, units: {}, files: {} },
  };
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}
