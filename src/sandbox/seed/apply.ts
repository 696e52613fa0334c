import { closeSync, ftruncateSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { drivesIn, isCdrom, parseDrive, parseSize } from '../guest/drives.ts';
import { imageHeader } from '../mirror/stand-in.ts';
import { writeAtomic, writeJson } from '../state/files.ts';
import type { ClusterFacts } from '../state/nodes.ts';
import { Secrets } from '../state/secrets.ts';
import { formatSections } from '../state/section-config.ts';
import { formatUserCfg, type UserCfg } from '../state/user-cfg.ts';
import type { World } from '../world.ts';
import type { Seed, SeedFile, SeedNode } from './shape.ts';

/** The file whose presence says that a state folder is seeded; written last. */
export const FACTS = 'cluster.json';

/** Writes the files of a new cluster; guests follow in `seedGuests`, which needs the cluster open. */
export function seedCluster(
  stateDir: string,
  seed: Seed,
  birth: { now: number; certificate: string },
): ClusterFacts {
  const pmxcfs = (name: string) => join(stateDir, 'etc', 'pve', name);
  writeAtomic(
    pmxcfs('storage.cfg'),
    formatSections(seed.storages.map(({ type, id, values }) => ({ type, id, values }))),
    0o640,
  );
  writeAtomic(pmxcfs('user.cfg'), formatUserCfg(userCfg(seed)), 0o640);
  const maps = (seed.mappings ?? []).map(({ id, map }) => ({
    type: 'dir',
    id,
    values: { map: map.join('\n') },
  }));
  writeAtomic(pmxcfs('mapping/directory.cfg'), formatSections(maps), 0o640);
  writeAtomic(pmxcfs('datacenter.cfg'), '', 0o640);
  writeAtomic(pmxcfs('pve-root-ca.pem'), birth.certificate, 0o640);
  for (const { name } of seed.nodes)
    writeAtomic(pmxcfs(`nodes/${name}/pve-ssl.pem`), birth.certificate, 0o640);
  const secrets = new Secrets(stateDir);
  secrets.setPassword('root@pam', seed.password);
  for (const user of seed.users ?? [])
    if (user.password !== undefined) secrets.setPassword(user.userid, user.password);
  for (const token of seed.tokens ?? []) secrets.setToken(`${token.userid}!${token.tokenid}`, token.secret);
  for (const node of seed.nodes) seedNode(stateDir, node, seed.nodes);
  for (const file of seed.files ?? []) seedFile(stateDir, file, seed.nodes);
  const capacity = Object.fromEntries(
    seed.storages.map(({ id, total, used, reserved }) => [id, { total, used, reserved: reserved ?? 0 }]),
  );
  return { cluster: seed.cluster, version: seed.version, nodes: seed.nodes, capacity, since: birth.now };
}

/** Writes the guests with their disks and the history of how they came to be; then the state folder is whole. */
export function seedGuests(world: World, seed: Seed): void {
  for (const guest of seed.guests ?? []) {
    world.guests.write(guest.vmid, guest.node, { values: guest.config, pending: {} });
    for (const drive of drivesIn(guest.config)) {
      const parsed = parseDrive(drive.name, guest.config[drive.name] ?? '');
      if (!parsed || (isCdrom(parsed) && !/cloudinit/.test(parsed.file))) continue;
      const storage = world.storages.get(parsed.file.split(':')[0] ?? '');
      const size = parseSize(parsed.options.size ?? '4M');
      world.volumes.add(storage, guest.node, {
        volid: parsed.file,
        vmid: guest.vmid,
        format: /\.(\w+)$/.exec(parsed.file)?.[1] ?? 'raw',
        size,
        used: /cloudinit/.test(parsed.file) ? 266240 : Math.min(size, guest.used ?? size / 4),
        ctime: world.pace.seconds(),
      });
    }
    const types = guest.config.template === '1' ? ['qmcreate', 'qmtemplate'] : ['qmcreate'];
    for (const [index, type] of types.entries()) {
      const time = {
        pid: 2000 + guest.vmid * 2 + index,
        pstart: 1000 + guest.vmid,
        starttime: world.pace.seconds(),
      };
      world.tasks.record({ node: guest.node, ...time, type, id: String(guest.vmid), user: 'root@pam' }, []);
    }
  }
  writeJson(join(world.stateDir, FACTS), world.nodes.facts);
}

function userCfg(seed: Seed): UserCfg {
  const root = { userid: 'root@pam', enable: 1, expire: 0 };
  const users = (seed.users ?? []).map(({ userid }) => ({ userid, enable: 1, expire: 0 }));
  const tokens = (seed.tokens ?? []).map(({ userid, tokenid, privsep }) => ({
    userid,
    tokenid,
    expire: 0,
    privsep: privsep ? 1 : 0,
  }));
  const pools = (seed.pools ?? []).map((pool) => ({ ...pool, vms: [], storage: [] }));
  return {
    users: new Map([root, ...users].map((user) => [user.userid, user])),
    tokens: new Map(tokens.map((token) => [`${token.userid}!${token.tokenid}`, token])),
    groups: new Map(),
    roles: new Map(Object.entries(seed.roles ?? {}).map(([role, privileges]) => [role, [...privileges]])),
    pools: new Map(pools.map((pool) => [pool.poolid, pool])),
    acl: (seed.acl ?? []).map(({ path, type, ugid, role }) => ({
      path,
      type,
      ugid,
      roleid: role,
      propagate: 1,
    })),
  };
}

function seedNode(stateDir: string, node: SeedNode, all: readonly SeedNode[]): void {
  const write = (path: string, text: string) =>
    writeAtomic(join(stateDir, 'nodes', node.name, 'rootfs', path), text);
  write('etc/hostname', `${node.name}\n`);
  const hosts = all.map((other) => {
    const address = other.bridges.find((bridge) => bridge.address !== undefined)?.address?.split('/')[0];
    return `${address} ${other.name}.${other.domain} ${other.name}\n`;
  });
  write('etc/hosts', `127.0.0.1 localhost\n${hosts.join('')}`);
  write('etc/resolv.conf', `${node.search ? `search ${node.domain}\n` : ''}nameserver ${node.dns}\n`);
  const bridges = node.bridges.map((bridge, index) => {
    const address =
      bridge.address === undefined
        ? ''
        : `\taddress ${bridge.address}\n${index === 0 ? `\tgateway ${node.gateway}\n` : ''}`;
    const vlan = bridge.vlanAware ? '\tbridge-vlan-aware yes\n\tbridge-vids 2-4094\n' : '';
    const method = bridge.address === undefined ? 'manual' : 'static';
    return `auto ${bridge.name}\niface ${bridge.name} inet ${method}\n${address}\tbridge-ports ${bridge.ports}\n\tbridge-stp off\n\tbridge-fd 0\n${vlan}`;
  });
  const ports = node.bridges.map((bridge) => `iface ${bridge.ports} inet manual\n`);
  write('etc/network/interfaces', `auto lo\niface lo inet loopback\n\n${[...ports, ...bridges].join('\n')}`);
  write(
    'etc/os-release',
    'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nNAME="Debian GNU/Linux"\nVERSION_ID="13"\nID=debian\n',
  );
  for (const folder of ['var/lib/vz', 'root', 'tmp', 'srv']) {
    mkdirSync(join(stateDir, 'nodes', node.name, 'rootfs', folder), { recursive: true });
  }
  mkdirSync(join(stateDir, 'etc', 'pve', 'nodes', node.name, 'qemu-server'), { recursive: true });
}

function seedFile(stateDir: string, file: SeedFile, nodes: readonly SeedNode[]): void {
  for (const node of file.node === 'all' ? nodes.map(({ name }) => name) : [file.node]) {
    const path = join(stateDir, 'nodes', node, 'rootfs', file.path);
    if (!file.image) {
      writeAtomic(path, file.text ?? '', file.mode ?? 0o644);
      continue;
    }
    mkdirSync(dirname(path), { recursive: true });
    const handle = openSync(path, 'w');
    // Sparse: it looks as big as the real one and takes a few kilobytes.
    writeSync(handle, imageHeader(file.image.format, file.image.virtualSize));
    ftruncateSync(handle, file.image.fileSize);
    closeSync(handle);
  }
}
