import { join } from 'node:path';
import { Given } from '../api/given.ts';
import { Call, Reply } from '../api/route.ts';
import { mintTicket } from '../auth/tickets.ts';
import { contentFile } from '../guest/content.ts';
import { availableOn, volumePath } from '../guest/disks.ts';
import { toRefusal } from '../http/answer.ts';
import { checkParameters } from '../schema/check.ts';
import { readText, writeAtomic } from '../state/files.ts';
import { addressOf } from '../state/nodes.ts';
import type { World } from '../world.ts';
import { failed, type HostResult, type Invocation, ok, type Program } from './result.ts';

export const clusterPrograms: Readonly<Record<string, Program>> = { pveversion, pvecm, pvesm, pvesh, perl };

function pveversion({ world, node, args }: Invocation): HostResult {
  const { version, repoid } = world.nodes.facts.version;
  const { kernel } = world.nodes.get(node);
  if (args.includes('-v') || args.includes('--verbose')) {
    return ok(
      `proxmox-ve: 9.2.0 (running kernel: ${kernel})\npve-manager: ${version} (running version: ${version}/${repoid})\nqemu-server: 9.2.6\n`,
    );
  }
  return ok(`pve-manager/${version}/${repoid} (running kernel: ${kernel})\n`);
}

function pvecm({ world, args }: Invocation): HostResult {
  const { nodes, cluster } = world.nodes.facts;
  if (args[0] === 'updatecerts') return updateCertificates(world);
  if (nodes.length === 1) {
    return failed(
      2,
      "Error: Corosync config '/etc/pve/corosync.conf' does not exist - is this node part of a cluster?",
    );
  }
  if (args[0] === 'nodes') {
    return ok(
      `\nMembership information\n----------------------\n    Nodeid      Votes Name\n${nodes.map((node, index) => `         ${index + 1}          1 ${node.name}\n`).join('')}`,
    );
  }
  const members = nodes
    .map((node, index) => `0x0000000${index + 1}          1 ${addressOf(node)}\n`)
    .join('');
  return ok(
    `Cluster information\n-------------------\nName:             ${cluster}\nConfig Version:   ${nodes.length}\nTransport:        knet\nSecure auth:      on\n\nQuorum information\n------------------\nNodes:            ${nodes.length}\nQuorate:          Yes\n\nMembership information\n----------------------\n    Nodeid      Votes Name\n${members}`,
  );
}

/** The cluster signs anew: every node gets the certificate that this sandbox serves with. */
function updateCertificates(world: World): HostResult {
  const own = readText(join(world.stateDir, 'etc', 'pve', 'pve-root-ca.pem'));
  if (own === undefined) return failed(255, 'no root certificate');
  for (const name of world.nodes.names)
    writeAtomic(join(world.stateDir, 'etc', 'pve', 'nodes', name, 'pve-ssl.pem'), own, 0o640);
  return ok('(re)generate node files\nmerge authorized SSH keys\n');
}

function pvesm(invocation: Invocation): HostResult {
  const [verb, ...rest] = invocation.args;
  if (verb === 'status') return storageStatus(invocation);
  if (verb === 'path') return storagePath(invocation, rest[0] ?? '');
  return failed(255, `ERROR: unknown command 'pvesm ${verb}'`);
}

function storageStatus({ world, node }: Invocation): HostResult {
  const rows = world.storages.ofNode(node).map((storage) => {
    const { total, reserved } = world.storages.capacity(storage.id);
    const available = availableOn(world, storage, node);
    const used = total - reserved - available;
    const kib = (bytes: number) => Math.floor(bytes / 1024);
    return [
      storage.id,
      storage.type,
      'active',
      kib(total),
      kib(used),
      kib(available),
      `${((100 * used) / total).toFixed(2)}%`,
    ].map(String);
  });
  const width = Math.max(...rows.map(([name = '']) => name.length));
  const line = ([
    name = '',
    type = '',
    status = '',
    total = '',
    used = '',
    available = '',
    part = '',
  ]: string[]) =>
    `${name.padEnd(width)} ${type.padStart(11)} ${status.padStart(10)} ${total.padStart(16)} ${used.padStart(15)} ${available.padStart(15)} ${part.padStart(8)}\n`;
  const head = `${'Name'.padEnd(width)} ${'Type'.padStart(11)} ${'Status'.padStart(10)}     Total (KiB)      Used (KiB) Available (KiB)        %\n`;
  return ok(head + rows.map(line).join(''));
}

function storagePath({ world, node }: Invocation, volid: string): HostResult {
  const storage = world.storages.file.get(volid.split(':')[0] ?? '');
  if (!volid.includes(':')) return failed(255, `unable to parse volume ID '${volid}'`);
  if (!storage) return failed(255, `storage '${volid.split(':')[0]}' does not exist`);
  return ok(`${contentFile(world, node, volid)?.shown ?? volumePath(storage, volid)}\n`);
}

/** `pvesh get|create|set|delete PATH --key value`, as root@pam, in this process. */
async function pvesh({ world, table, args }: Invocation): Promise<HostResult> {
  const [verb = '', path = '', ...rest] = args;
  const method = { get: 'GET', create: 'POST', set: 'PUT', delete: 'DELETE' }[verb];
  if (method === undefined) return failed(255, `ERROR: unknown command 'pvesh ${verb}'`);
  const found = table.find(method, path);
  if (!found) return failed(255, `No '${verb}' handler defined for '${path}'`);
  const given: Record<string, string> = { ...found.names };
  for (let index = 0; index < rest.length; index += 2) {
    const name = (rest[index] ?? '').replace(/^--?/, '');
    if (name !== 'output-format' && name !== 'noborder') given[name] = rest[index + 1] ?? '1';
  }
  try {
    const values = checkParameters(found.route.parameters, given);
    const call = new Call(world, { who: { userid: 'root@pam' }, values, given: new Given(values) });
    const result = await found.route.handle(call);
    const data = result instanceof Reply ? result.data : result;
    return ok(data === null || data === undefined ? '' : `${JSON.stringify(data)}\n`);
  } catch (error) {
    const refusal = toRefusal(error);
    const details = Object.entries(refusal.errors ?? {}).map(
      ([name, text]) => `\n${name}: ${text.trimEnd()}`,
    );
    return failed(refusal.errors ? 255 : 2, `${refusal.message.trimEnd()}${details.join('')}`);
  }
}

/** The one script that is known: a ticket for a user by PVE::AccessControl. */
function perl({ world, args }: Invocation): HostResult {
  const script = args.join('\n');
  if (!script.includes('assemble_ticket'))
    return failed(2, "Can't run this script: the sandbox only mints tickets");
  const { ticket, csrf } = mintTicket(world, 'root@pam');
  return ok(JSON.stringify({ ticket, csrf }));
}
