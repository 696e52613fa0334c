import { fail } from '../refusal.ts';
import { boolean, NODE, VMID } from '../schema/parameter.ts';
import { sha1 } from '../state/section-config.ts';
import type { World } from '../world.ts';
import { ALL, onGuest } from './permission.ts';
import type { Route } from './route.ts';

const MiB = 1024 ** 2;

/** Containers can be read here; they are made by `pct` on their node. */
export const lxcRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/nodes/{node}/lxc',
    permission: ALL,
    proxied: true,
    ms: 4,
    parameters: { node: NODE },
    handle: (call) =>
      call.world.containers
        .ids(call.node)
        .filter((vmid) => call.can(`/vms/${vmid}`, ['VM.Audit']))
        .map((vmid) => containerEntry(call.world, vmid, call.node)),
  },
  {
    method: 'GET',
    path: '/nodes/{node}/lxc/{vmid}/config',
    permission: onGuest('VM.Audit'),
    proxied: true,
    parameters: { node: NODE, vmid: VMID, current: boolean() },
    handle: ({ world, node, vmid }) => {
      const text = world.containers.text(vmid, node);
      if (text === undefined)
        throw fail(`Configuration file 'nodes/${node}/lxc/${vmid}.conf' does not exist`);
      const raw = [...text.matchAll(/^(lxc\.[\w.]+):\s*(.*)$/gm)].map(([, key, value]) => [key, value]);
      const values = world.containers.read(vmid, node)?.values ?? {};
      return { ...values, ...(raw.length > 0 ? { lxc: raw } : {}), digest: sha1(text) };
    },
  },
];

/** A container in the list of its node. */
function containerEntry(world: World, vmid: number, node: string): Record<string, unknown> {
  const values = world.containers.read(vmid, node)?.values ?? {};
  const runs = world.containers.isRunning(vmid, node);
  return {
    vmid,
    name: values.hostname ?? `CT${vmid}`,
    status: runs ? 'running' : 'stopped',
    type: 'lxc',
    cpus: Number(values.cores ?? 1),
    maxmem: Number(values.memory ?? 512) * MiB,
    mem: runs ? Number(values.memory ?? 512) * MiB * 0.1 : 0,
    ...(values.tags === undefined ? {} : { tags: values.tags }),
  };
}

/** A container in /cluster/resources. */
export function containerResource(world: World, vmid: number, node: string): Record<string, unknown> {
  const { cpus, ...entry } = containerEntry(world, vmid, node);
  return { ...entry, id: `lxc/${vmid}`, node, maxcpu: cpus, template: 0 };
}
