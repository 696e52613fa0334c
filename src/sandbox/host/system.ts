import { SERVICES } from '../api/node-facts.ts';
import { availableOn } from '../guest/disks.ts';
import { sha1 } from '../state/section-config.ts';
import { pathOf } from '../state/storages.ts';
import { failed, type HostResult, type Invocation, ok, type Program, splitOptions } from './result.ts';

export const systemPrograms: Readonly<Record<string, Program>> = {
  hostname,
  uname,
  id,
  whoami: () => ok('root\n'),
  df,
  free,
  systemctl,
  ip,
  date,
  nproc,
};

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

function hostname({ world, node, args }: Invocation): HostResult {
  const { domain } = world.nodes.get(node);
  if (args.includes('-f') || args.includes('--fqdn')) return ok(`${node}.${domain}\n`);
  if (args.includes('-d')) return ok(`${domain}\n`);
  return ok(`${node}\n`);
}

function uname({ world, node, args }: Invocation): HostResult {
  const { kernel } = world.nodes.get(node);
  const { options } = splitOptions(args);
  const version = '#1 SMP PREEMPT_DYNAMIC PMX';
  if (options.has('-a')) return ok(`Linux ${node} ${kernel} ${version} x86_64 GNU/Linux\n`);
  const parts = [
    options.has('-s') || options.size === 0 ? 'Linux' : '',
    options.has('-n') ? node : '',
    options.has('-r') ? kernel : '',
    options.has('-v') ? version : '',
    options.has('-m') ? 'x86_64' : '',
  ];
  return ok(`${parts.filter((part) => part !== '').join(' ')}\n`);
}

function id({ args }: Invocation): HostResult {
  if (args.includes('-un')) return ok('root\n');
  return ok(args.includes('-u') || args.includes('-g') ? '0\n' : 'uid=0(root) gid=0(root) groups=0(root)\n');
}

function date({ world, args }: Invocation): HostResult {
  const now = new Date(world.pace.clock.now());
  if (args.includes('+%s')) return ok(`${Math.floor(now.getTime() / 1000)}\n`);
  return ok(`${now.toUTCString()}\n`);
}

function nproc({ world, node }: Invocation): HostResult {
  return ok(`${world.nodes.get(node).cpus}\n`);
}

function df({ world, node, args }: Invocation): HostResult {
  const { options, operands } = splitOptions(args);
  const unit = options.has('-m') ? 1024 ** 2 : options.has('-B') || args.includes('-B1') ? 1 : 1024;
  const mounts = [{ at: '/', id: 'local' }];
  for (const storage of world.storages.ofNode(node)) {
    const at = pathOf(storage);
    if (at?.startsWith('/mnt/')) mounts.push({ at, id: storage.id });
  }
  const wanted = (at: string) =>
    operands.length === 0 ||
    operands.some(
      (path) =>
        path.startsWith(at) &&
        !mounts.some((other) => other.at.length > at.length && path.startsWith(other.at)),
    );
  const lines = mounts
    .filter(({ at }) => wanted(at))
    .map(({ at, id }) => {
      const storage = world.storages.file.get(id);
      const { total, used } = world.storages.capacity(id);
      const available = storage ? availableOn(world, storage, node) : total - used;
      const cells = [total, total - available, available].map((bytes) => Math.floor(bytes / unit));
      return `${at === '/' ? '/dev/mapper/pve-root' : id} ${cells.join(' ')} ${Math.round((100 * (total - available)) / total)}% ${at}`;
    });
  return ok(
    `Filesystem ${unit === 1024 ? '1K' : unit}-blocks Used Available Use% Mounted on\n${lines.join('\n')}\n`,
  );
}

function free({ world, node, args }: Invocation): HostResult {
  const unit = args.includes('-b') ? 1 : args.includes('-m') ? 1024 ** 2 : 1024;
  const { memory, memoryUsed } = world.nodes.get(node);
  const used = memoryUsed + world.running.memoryOn(node);
  const cells = [memory, used, memory - used, 0, 0, memory - used].map((bytes) =>
    String(Math.floor(bytes / unit)).padStart(12),
  );
  const head = ['total', 'used', 'free', 'shared', 'buff/cache', 'available'].map((name) =>
    name.padStart(12),
  );
  return ok(
    `       ${head.join('')}\nMem:   ${cells.join('')}\nSwap:  ${['0', '0', '0'].map((cell) => cell.padStart(12)).join('')}\n`,
  );
}

function systemctl({ world, args }: Invocation): HostResult {
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

/** `ip -j addr|link [show [dev NAME]]`, which programs read; people may leave out -j. */
function ip({ world, node, args }: Invocation): HostResult {
  const words = args.filter((word) => !word.startsWith('-'));
  const only = words.includes('dev') ? words[words.indexOf('dev') + 1] : undefined;
  const { bridges } = world.nodes.get(node);
  const links = [
    {
      name: 'lo',
      address: '127.0.0.1/8' as string | undefined,
      kind: 'loopback',
      master: undefined as string | undefined,
    },
  ];
  for (const bridge of bridges) {
    links.push({ name: bridge.ports, address: undefined, kind: 'ether', master: bridge.name });
    links.push({ name: bridge.name, address: bridge.address, kind: 'bridge', master: undefined });
  }
  const shown = links.map((link, index) => {
    const [local, prefix] = link.address?.split('/') ?? [];
    return {
      ifindex: index + 1,
      ifname: link.name,
      flags:
        link.kind === 'loopback'
          ? ['LOOPBACK', 'UP', 'LOWER_UP']
          : ['BROADCAST', 'MULTICAST', 'UP', 'LOWER_UP'],
      mtu: link.kind === 'loopback' ? 65536 : 1500,
      ...(link.master === undefined ? {} : { master: link.master }),
      operstate: link.kind === 'loopback' ? 'UNKNOWN' : 'UP',
      link_type: link.kind === 'loopback' ? 'loopback' : 'ether',
      address: link.kind === 'loopback' ? '00:00:00:00:00:00' : macFor(node, link.master ?? link.name),
      ...(args.includes('-d') && link.kind === 'bridge'
        ? {
            linkinfo: {
              info_kind: 'bridge',
              info_data: {
                vlan_filtering: bridges.find((bridge) => bridge.name === link.name)?.vlanAware ? 1 : 0,
              },
            },
          }
        : {}),
      ...(words[0]?.startsWith('a')
        ? {
            addr_info:
              local === undefined
                ? []
                : [
                    {
                      family: 'inet',
                      local,
                      prefixlen: Number(prefix),
                      scope: link.kind === 'loopback' ? 'host' : 'global',
                      label: link.name,
                    },
                  ],
          }
        : {}),
    };
  });
  const wanted = only === undefined ? shown : shown.filter((link) => link.ifname === only);
  if (only !== undefined && wanted.length === 0) return failed(1, `Device "${only}" does not exist.`);
  if (args.some((word) => /^-(j|json)/.test(word))) return ok(`${JSON.stringify(wanted)}\n`);
  return ok(
    wanted
      .map(
        (link) =>
          `${link.ifindex}: ${link.ifname}: <${link.flags.join(',')}> mtu ${link.mtu} state ${link.operstate}\n`,
      )
      .join(''),
  );
}

/** The same on every start: a node keeps its cards. */
function macFor(node: string, name: string): string {
  const hash = sha1(`${node} ${name}`);
  return `52:54:00:${hash.slice(0, 2)}:${hash.slice(2, 4)}:${hash.slice(4, 6)}`;
}
