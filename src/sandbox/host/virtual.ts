import { posix } from 'node:path';
import { takenOn } from '../guest/taken.ts';
import { addressOf } from '../state/nodes.ts';
import type { World } from '../world.ts';

/** Files that no disk holds: what the cluster file system and the kernel make up. Undefined for all others. */
export function virtualFile(world: World, node: string, path: string): string | undefined {
  switch (posix.normalize(path)) {
    case '/etc/pve/.members':
      return members(world, node);
    case '/etc/pve/.vmlist':
      return vmlist(world);
    case '/etc/pve/.version':
      return `${JSON.stringify({ starttime: Math.floor(world.nodes.facts.since / 1000), clinfo: 1, vmlist: 1 })}\n`;
    case '/proc/meminfo':
      return meminfo(world, node);
    case '/proc/cpuinfo':
      return cpuinfo(world, node);
    case '/proc/uptime': {
      const seconds = (world.pace.clock.now() - world.nodes.facts.since) / 1000;
      return `${seconds.toFixed(2)} ${seconds.toFixed(2)}\n`;
    }
    default:
      return undefined;
  }
}

function members(world: World, node: string): string {
  const { nodes, cluster } = world.nodes.facts;
  const list = nodes.map((one, index) => [one.name, { id: index + 1, online: 1, ip: addressOf(one) }]);
  const alone = nodes.length === 1;
  const head = { nodename: node, version: nodes.length };
  const about = alone
    ? {}
    : { cluster: { name: cluster, version: nodes.length, nodes: nodes.length, quorate: 1 } };
  return `${JSON.stringify({ ...head, ...about, nodelist: Object.fromEntries(list) }, null, 1)}\n`;
}

function vmlist(world: World): string {
  const ids = [...world.guests.ids(), ...world.containers.ids()].sort((one, other) => one - other);
  const entries = ids.map((vmid, index) => {
    const type = world.guests.nodeOf(vmid) === undefined ? 'lxc' : 'qemu';
    return `"${vmid}": { "node": "${takenOn(world, vmid)}", "type": "${type}", "version": ${index + 1} }`;
  });
  return `{\n"version": ${ids.length},\n"ids": {\n${entries.join(',\n')}}\n\n}\n`;
}

function meminfo(world: World, node: string): string {
  const { memory, memoryUsed } = world.nodes.get(node);
  const free = memory - memoryUsed - world.running.memoryOn(node);
  const line = (name: string, bytes: number) =>
    `${`${name}:`.padEnd(16)}${String(Math.floor(bytes / 1024)).padStart(8)} kB\n`;
  return [
    line('MemTotal', memory),
    line('MemFree', free),
    line('MemAvailable', free),
    line('SwapTotal', 0),
    line('SwapFree', 0),
  ].join('');
}

function cpuinfo(world: World, node: string): string {
  const { cpus, cpuModel } = world.nodes.get(node);
  const one = (index: number) =>
    `processor\t: ${index}\nvendor_id\t: AuthenticAMD\nmodel name\t: ${cpuModel}\nflags\t\t: fpu sse sse2 ht lm svm aes avx avx2\n\n`;
  return Array.from({ length: cpus }, (_, index) => one(index)).join('');
}
