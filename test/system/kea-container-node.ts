/** A node with LXC, on which an installation of Kea makes its container. */
import path from 'node:path';
import type { Host } from '../../src/hosts/host.ts';
import { bootKeaNode, type KeaNode } from './kea-node.ts';

/** The words that bring a command into the container of the answers `vmid: 300`. */
export const INSIDE: readonly string[] = ['pct', 'exec', '300', '--'];

/** All that is installed in it, by Debian's apt or into Docker's image. */
const OFFERED = [
  ...['docker.io', 'docker-cli', 'docker-compose', 'openvswitch-switch', 'util-linux', 'iproute2'],
  ...['kea-dhcp4-server', 'kea-dhcp6-server'],
];

export async function bootContainerNode(): Promise<KeaNode> {
  const node = await bootKeaNode({
    suite: 'trixie',
    installed: ['dbus', 'lxc'],
    offered: OFFERED,
    files: { '/usr/sbin/pct': path.join(import.meta.dirname, 'pct.sh') },
    hostOf: withContainers,
  });
  // As on every node with systemd: what is mounted later below /etc is seen inside.
  await node.said('mount', '--make-rshared', '/');
  await node.said('chmod', '+x', '/usr/sbin/pct');
  return node;
}

/** What an installation could leave on the node itself. */
export async function onNode(node: KeaNode): Promise<string[]> {
  const looks = [
    ['ls', '/sys/class/net', '/run/netns', '/etc/systemd/system', '/var/lib/lxc', '/usr/local/bin'],
    ['cat', '/proc/mounts'],
    ['sh', '-c', 'cat /proc/[0-9]*/comm | grep -E "kea|node|lxc|docker|containerd|proxwright"'],
  ];
  const said = await Promise.all(looks.map((argv) => node.said(...argv)));
  return said.map((text) => text.split('\n').sort().join('\n'));
}

/** Containers are known to the sandbox and made by the machine; templates and their storages are the sandbox's. */
function withContainers(machine: Host, sandbox: Host): Host {
  const ofCluster = (file: string): boolean => file.startsWith('/etc/pve/nodes/');
  const mirror = async (file: string): Promise<void> =>
    machine.write(file.replace('/nodes/pve1/', '/local/'), (await sandbox.read(file)) ?? '', { mode: 0o640 });
  return {
    ...machine,
    async run(argv, options) {
      const [program = '', verb = '', id = ''] = argv;
      if (['pveam', 'pvesm'].includes(program)) return sandbox.run(argv, options);
      if (argv.includes('compose') && argv.includes('up')) await machine.run([...INSIDE, 'sh', '-c', BASE]);
      if (program !== 'pct' || verb === 'exec') return machine.run(argv, options);
      const said = await sandbox.run(argv, options);
      if (said.exitCode !== 0 || verb === 'status') return said;
      if (verb === 'start') await mirror(`/etc/pve/nodes/pve1/lxc/${id}.conf`);
      const done = await machine.run(argv, { ...options, timeout: 60_000 });
      if (verb === 'destroy') await machine.remove(`/etc/pve/local/lxc/${id}.conf`);
      return done.exitCode === 0 ? said : done;
    },
    read: (file) => (ofCluster(file) ? sandbox : machine).read(file),
    write: (file, content, options) => (ofCluster(file) ? sandbox : machine).write(file, content, options),
    remove: (file) => (ofCluster(file) ? sandbox : machine).remove(file),
  };
}

/** What the Dockerfile is based on, without a registry: the Debian that the container itself is, packages and all. */
const BASE = `docker image inspect debian:trixie-slim >/dev/null 2>&1 || tar -C / -c --one-file-system \\
  --exclude=./opt/proxwright-kea --exclude=./var/lib/docker . | docker import - debian:trixie-slim`;
