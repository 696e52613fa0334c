import { AGENT, MEMORY } from '../schema/guest-formats.ts';
import { readPropertyString } from '../schema/property-string.ts';
import type { World } from '../world.ts';
import { drivesIn, isCdrom, parseSize } from './drives.ts';

const MiB = 1024 ** 2;

/** Of a configuration, in MiB. */
export function memoryOf(values: Readonly<Record<string, string>>): number {
  return Number(readPropertyString(MEMORY, values.memory ?? '512').current ?? 512);
}

export function hasAgent(values: Readonly<Record<string, string>>): boolean {
  return readPropertyString(AGENT, values.agent ?? '0').enabled === '1';
}

function cpusOf(values: Readonly<Record<string, string>>): number {
  return Number(values.vcpus ?? 0) || Number(values.sockets ?? 1) * Number(values.cores ?? 1);
}

/** Bytes of the disk that it boots from. */
export function bootDiskSize(values: Readonly<Record<string, string>>): number {
  const drives = drivesIn(values).filter(
    (drive) => !isCdrom(drive) && !/^(efidisk|tpmstate)/.test(drive.name),
  );
  const first = /order=([a-z]+\d+)/.exec(values.boot ?? '')?.[1];
  const boot = drives.find((drive) => drive.name === first) ?? drives[0];
  return parseSize(boot?.options.size ?? '0');
}

/** A guest in the list of its node. */
export function listEntry(world: World, vmid: number, node: string): Record<string, unknown> {
  const { values } = world.guests.read(vmid, node);
  const run = world.running.get(vmid);
  return {
    vmid,
    name: values.name ?? `VM ${vmid}`,
    status: run ? 'running' : 'stopped',
    cpu: 0,
    cpus: cpusOf(values),
    disk: 0,
    maxdisk: bootDiskSize(values),
    maxmem: memoryOf(values) * MiB,
    mem: run ? Math.floor(memoryOf(values) * MiB * 0.4) : 0,
    memhost: run ? memoryOf(values) * MiB : 0,
    netin: run ? 110 : 0,
    netout: 0,
    uptime: run ? Math.floor((world.pace.clock.now() - run.since) / 1000) : 0,
    ...(run ? { pid: run.pid } : {}),
    ...(values.serial0 === 'socket' ? { serial: 1 } : {}),
    ...(values.template === '1' ? { template: 1 } : {}),
    ...(values.tags === undefined || values.tags === '' ? {} : { tags: values.tags }),
    ...(values.lock === undefined ? {} : { lock: values.lock }),
  };
}

/** GET …/status/current. */
export function currentStatus(world: World, vmid: number, node: string): Record<string, unknown> {
  const { values } = world.guests.read(vmid, node);
  const run = world.running.get(vmid);
  const resource = world.haResources.get(String(vmid));
  const managed = resource ? { managed: 1, state: resource.values.state ?? 'started' } : { managed: 0 };
  const pressure = ['cpufull', 'cpusome', 'iofull', 'iosome', 'memoryfull', 'memorysome'];
  const nics = Object.keys(values).filter((name) => /^net\d+$/.test(name));
  return {
    ...listEntry(world, vmid, node),
    qmpstatus: run ? 'running' : 'stopped',
    ha: managed,
    ...(hasAgent(values) ? { agent: 1 } : {}),
    ...(run ? Object.fromEntries(pressure.map((name) => [`pressure${name}`, 0])) : {}),
    ...(run
      ? {
          nics: Object.fromEntries(
            nics.map((name) => [`tap${vmid}i${name.slice(3)}`, { netin: 110, netout: 0 }]),
          ),
        }
      : {}),
  };
}

/** A guest in /cluster/resources. */
export function resourceEntry(world: World, vmid: number, node: string): Record<string, unknown> {
  const { cpus, serial: _, pid: __, ...entry } = listEntry(world, vmid, node);
  const pool = world.users.poolOf(vmid);
  const ha = world.haResources.get(String(vmid));
  return {
    ...entry,
    id: `qemu/${vmid}`,
    type: 'qemu',
    node,
    maxcpu: cpus,
    diskread: 0,
    diskwrite: 0,
    template: entry.template ?? 0,
    ...(pool === undefined ? {} : { pool }),
    ...(ha ? { hastate: ha.values.state ?? 'started' } : {}),
  };
}
