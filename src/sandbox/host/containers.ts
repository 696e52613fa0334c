import { existsSync } from 'node:fs';
import { contentFile } from '../guest/content.ts';
import { allocateDisk } from '../guest/disks.ts';
import { formatSize } from '../guest/drives.ts';
import { takenOn } from '../guest/taken.ts';
import { formatConf } from '../state/conf.ts';
import { insideOf, isContainer } from '../state/containers.ts';
import { failed, type HostResult, type Invocation, ok, type Program } from './result.ts';
import { startEnabled, stopAll } from './unit-files.ts';

export const containerPrograms: Readonly<Record<string, Program>> = { pct };

/** What the real ones take, in milliseconds. */
const CREATE_MS = 8_000;
const START_MS = 1_500;

async function pct(invocation: Invocation): Promise<HostResult> {
  const { world, node, args } = invocation;
  if (isContainer(node)) return failed(127, 'bash: pct: command not found');
  const [verb = '', id = '', ...rest] = args;
  const { containers } = world;
  if (verb === 'list') return list(invocation);
  const vmid = Number(id);
  if (verb === 'create') return create(invocation, vmid, rest);
  if (containers.text(vmid, node) === undefined)
    return failed(2, `Configuration file 'nodes/${node}/lxc/${id}.conf' does not exist`);
  const runs = containers.isRunning(vmid, node);
  switch (verb) {
    case 'config':
      return ok(containers.text(vmid, node));
    case 'status':
      return ok(`status: ${runs ? 'running' : 'stopped'}\n`);
    case 'start':
      if (runs) return failed(255, `CT ${vmid} already running`);
      await world.pace.wait(START_MS);
      containers.setRunning(vmid, node, true);
      startEnabled(world, insideOf(node, vmid));
      return ok();
    case 'stop':
    case 'shutdown':
      if (!runs) return failed(255, `CT ${vmid} not running`);
      await world.pace.wait(START_MS);
      stop(invocation, vmid);
      return ok();
    case 'unlock':
      return ok();
    case 'destroy':
      return destroy(invocation, vmid, runs);
    case 'exec':
      if (!runs) return failed(255, `CT ${vmid} not running!`);
      return invocation.run(rest[0] === '--' ? rest.slice(1) : rest, insideOf(node, vmid));
    default:
      return failed(255, `ERROR: unknown command 'pct ${verb}'`);
  }
}

function stop({ world, node }: Invocation, vmid: number): void {
  stopAll(world, insideOf(node, vmid));
  world.containers.setRunning(vmid, node, false);
}

function list({ world, node }: Invocation): HostResult {
  const rows = world.containers.ids(node).map((vmid) => {
    const status = world.containers.isRunning(vmid, node) ? 'running' : 'stopped';
    const name = world.containers.read(vmid, node)?.values.hostname ?? `CT${vmid}`;
    return `${String(vmid).padEnd(11)}${status.padEnd(24)}${name}\n`;
  });
  return ok(rows.length === 0 ? '' : `VMID       Status     Lock         Name\n${rows.join('')}`);
}

/** `pct create ID TEMPLATE --option value …`, as far as a container without a network of its own needs it. */
async function create(
  { world, node }: Invocation,
  vmid: number,
  [template = '', ...words]: readonly string[],
): Promise<HostResult> {
  const options = optionsOf(words);
  const owner = takenOn(world, vmid);
  if (owner !== undefined)
    return failed(
      255,
      `unable to create CT ${vmid} - ${world.guests.nodeOf(vmid) ? 'VM' : 'CT'} ${vmid} already exists on node '${owner}'`,
    );
  const unknown = Object.keys(options).find((name) => !KNOWN.includes(name));
  if (unknown !== undefined) return failed(255, `Unknown option: ${unknown}\n400 unable to parse option`);
  const file = contentFile(world, node, template);
  if (!file || !existsSync(file.path)) return failed(255, `volume '${template}' does not exist`);
  const { rootfs = '', unprivileged = '0', description = '', ...values } = options;
  const [storageId = '', gib = ''] = rootfs.split(':');
  const storage = world.storages.on(node, storageId);
  await world.pace.wait(CREATE_MS);
  const size = Number(gib) * 1024 ** 3;
  const volume = allocateDisk(world, { node, storage, vmid, size, format: 'raw' }, () => {});
  const conf = {
    ...values,
    arch: 'amd64',
    rootfs: `${volume.volid},size=${formatSize(size)}`,
    ...(unprivileged === '1' ? { unprivileged } : {}),
    description,
  };
  world.containers.writeInside(vmid, node, { path: 'etc/hostname', text: `${values.hostname}\n` });
  world.containers.write(vmid, node, formatConf({ values: conf, pending: {} }));
  return ok(`extracting archive '${file.shown}'\n`);
}

const KNOWN = [
  'hostname',
  'ostype',
  'unprivileged',
  'rootfs',
  'cores',
  'memory',
  'swap',
  'onboot',
  'features',
  'tags',
  'description',
];

function optionsOf(words: readonly string[]): Record<string, string> {
  const options: Record<string, string> = {};
  for (let at = 0; at + 1 < words.length; at += 2)
    options[(words[at] ?? '').replace(/^--?/, '')] = words[at + 1] ?? '';
  return options;
}

function destroy({ world, node }: Invocation, vmid: number, runs: boolean): HostResult {
  if (runs) return failed(255, `CT ${vmid} is running - destroy not possible (use the force flag)`);
  for (const storage of world.storages.ofNode(node)) {
    for (const { volid } of world.volumes.of(storage, node, vmid)) world.volumes.delete(storage, node, volid);
  }
  world.containers.delete(vmid, node);
  world.conditions.forget(insideOf(node, vmid));
  return ok();
}
