import { sha1 } from '../state/section-config.ts';
import { failed, type HostResult, type Invocation, ok } from './result.ts';

/** `ip -j addr|link [show [dev NAME]]`, which programs read; people may leave out -j. */
export function ip({ world, node, args }: Invocation): HostResult {
  const words = args.filter((word) => !word.startsWith('-'));
  if (words[0]?.startsWith('ro')) return routes({ world, node, args });
  // Namespaces are made by the Kea agent, which does not run on pretend nodes.
  if (words[0] === 'netns') return ok();
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

function routes({ world, node, args }: Pick<Invocation, 'world' | 'node' | 'args'>): HostResult {
  const { gateway, bridges } = world.nodes.get(node);
  const dev = bridges[0]?.name ?? 'vmbr0';
  const list = [{ dst: 'default', gateway, dev, protocol: 'kernel', flags: ['onlink'] }];
  if (args.some((word) => /^-(j|json)/.test(word))) return ok(`${JSON.stringify(list)}\n`);
  return ok(`default via ${gateway} dev ${dev} proto kernel onlink\n`);
}

/** The same on every start: a node keeps its cards. */
function macFor(node: string, name: string): string {
  const hash = sha1(`${node} ${name}`);
  return `52:54:00:${hash.slice(0, 2)}:${hash.slice(2, 4)}:${hash.slice(4, 6)}`;
}
