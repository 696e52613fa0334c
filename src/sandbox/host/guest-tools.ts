import { bootDiskSize, memoryOf } from '../guest/status.ts';
import { encode } from '../state/conf.ts';
import { failed, type HostResult, type Invocation, ok, type Program } from './result.ts';

export const guestPrograms: Readonly<Record<string, Program>> = { qm };

function qm(invocation: Invocation): HostResult {
  const [verb, id = ''] = invocation.args;
  const { world, node } = invocation;
  if (verb === 'list') return list(invocation);
  const vmid = Number(id);
  if (!world.guests.has(vmid, node)) {
    return failed(2, `Configuration file 'nodes/${node}/qemu-server/${id}.conf' does not exist`);
  }
  if (verb === 'config') return config(invocation, vmid);
  if (verb === 'status') return ok(`status: ${world.running.get(vmid) ? 'running' : 'stopped'}\n`);
  return failed(255, `ERROR: unknown command 'qm ${verb}'`);
}

function list({ world, node }: Invocation): HostResult {
  const ids = world.guests.ids(node);
  if (ids.length === 0) return ok();
  const head = '      VMID NAME                 STATUS     MEM(MB)    BOOTDISK(GB) PID       \n';
  const lines = ids.map((vmid) => {
    const { values } = world.guests.read(vmid, node);
    const run = world.running.get(vmid);
    const disk = (bootDiskSize(values) / 1024 ** 3).toFixed(2);
    const cells = [
      String(vmid).padStart(10),
      (values.name ?? `VM ${vmid}`).padEnd(20),
      (run ? 'running' : 'stopped').padEnd(10),
      String(memoryOf(values)).padEnd(6),
      disk.padStart(16),
      String(run?.pid ?? 0).padEnd(10),
    ];
    return `${cells.join(' ')}\n`;
  });
  return ok(head + lines.join(''));
}

function config({ world, node }: Invocation, vmid: number): HostResult {
  const { values, pending } = world.guests.read(vmid, node);
  const { delete: _, ...waiting } = pending;
  const all: Record<string, string> = { ...values, ...waiting };
  const lines = Object.keys(all)
    .sort()
    .map((key) => `${key}: ${key === 'description' ? encode(all[key] ?? '') : all[key]}\n`);
  return ok(lines.join(''));
}
