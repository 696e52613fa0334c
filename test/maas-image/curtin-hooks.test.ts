import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCommand } from '../../src/maas-image/run-command.ts';
import { writeCurtinStub } from './curtin-stub.ts';
import { ASSETS, testEdges } from './edges.ts';

const HOOK = readFileSync(join(ASSETS, 'curtin-hooks'), 'utf8');

/** What MAAS sends, cut to what the hook looks at. */
const CONFIG = {
  network: {
    version: 2,
    ethernets: {
      eno1: {
        match: { macaddress: '52:54:00:AA:00:01' },
        'set-name': 'eno1',
        mtu: 1500,
        addresses: ['10.10.0.21/24'],
        gateway4: '10.10.0.1',
        nameservers: { addresses: ['10.10.0.2'], search: ['maas'] },
      },
    },
  },
  apt: {
    preserve_sources_list: false,
    proxy: 'http://10.10.0.2:8000/',
    primary: [{ uri: 'http://archive.ubuntu.com/ubuntu' }],
  },
  kernel: null,
  cloudconfig: { 'maas-datasource': { path: '90_maas.cfg', content: 'datasource_list: [ MAAS ]' } },
  debconf_selections: {
    maas: 'cloud-init   cloud-init/datasources  multiselect MAAS\ncloud-init   cloud-init/local-cloud-config  string apt:\\n  preserve_sources_list: true\\nmanage_etc_hosts: localhost\\n\n',
  },
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'curtin-hooks-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a deployment', () => {
  test("is curtin's own work with a config that it can do on Debian", async () => {
    const { exitCode, stderr, calls } = await deploy(CONFIG);
    expect(stderr).toContain('proxmox curtin-hooks: done');
    expect(exitCode).toBe(0);
    const builtin = calls.find(({ name }) => name === 'builtin_curthooks');
    expect(builtin).toMatchObject({ network: '', interfaces: null });
    expect(builtin?.cfg).toMatchObject({
      apt: { preserve_sources_list: true, proxy: 'http://10.10.0.2:8000/' },
    });
    expect(Object.keys((builtin?.cfg as { apt: object } | undefined)?.apt ?? {})).toEqual([
      'preserve_sources_list',
      'proxy',
    ]);
    expect(builtin?.cfg).not.toHaveProperty('network');
    expect(calls).toContainEqual({ name: 'basicConfig', stream: '<stderr>', verbosity: 3 });
  });

  test('gives cloud-init its datasource and what debconf would have', async () => {
    const { calls } = await deploy(CONFIG);
    expect(calls).toContainEqual({
      name: 'handle_cloudconfig',
      cfg: CONFIG.cloudconfig,
      base_dir: target('etc/cloud/cloud.cfg.d'),
    });
    expect(read('etc/cloud/cloud.cfg.d/90_dpkg_local_cloud_config.cfg')).toBe(
      'apt:\n  preserve_sources_list: true\nmanage_etc_hosts: localhost\n',
    );
  });

  test('writes the network, and removes what would undo it', async () => {
    await deploy(CONFIG, () => {
      put('etc/network/interfaces.new', 'old');
      put('etc/netplan/50-curtin.yaml', 'network: {}');
      // As systemd-resolved leaves it: a link that leads out of the target.
      symlinkSync('/run/systemd/resolve/stub-resolv.conf', target('etc/resolv.conf'));
    });
    expect(read('etc/network/interfaces')).toContain('iface vmbr0 inet static\n\taddress 10.10.0.21/24\n');
    expect(read('etc/resolv.conf')).toBe('search maas\nnameserver 10.10.0.2\n');
    expect(read('usr/local/lib/systemd/network/50-pmx-eno1.link')).toBe(
      '[Match]\nMACAddress=52:54:00:aa:00:01\nType=ether\n\n[Link]\nName=eno1\n',
    );
    expect(existsSync(target('etc/iproute2/rt_tables.d'))).toBe(true);
    expect(existsSync(target('etc/network/interfaces.new'))).toBe(false);
    expect(existsSync(target('etc/netplan/50-curtin.yaml'))).toBe(false);
  });

  test('takes its own folder away', async () => {
    await deploy(CONFIG);
    expect(existsSync(target('curtin'))).toBe(false);
  });

  test.each([
    { rebuilds: false, expected: [['update-initramfs', '-u', '-k', 'all']] },
    { rebuilds: true, expected: [] },
  ])('makes the initramfs where curtin (rebuilds: $rebuilds) did not', async ({ rebuilds, expected }) => {
    const { calls } = await deploy(CONFIG, () => put('boot/initrd.img-6.1-test', ''), { rebuilds });
    expect(calls.filter(({ name }) => name === 'chroot').map(({ argv }) => argv)).toEqual(expected);
  });

  test('takes the network from the file of `curtin net-meta` where there is one', async () => {
    const written = {
      network: { version: 2, ethernets: { eno9: { addresses: ['10.9.0.9/24'], gateway4: '10.9.0.1' } } },
    };
    await deploy(CONFIG, () => writeFileSync(join(folder, 'network.yaml'), JSON.stringify(written)));
    expect(read('etc/network/interfaces')).toContain('bridge-ports eno9');
  });
});

test('a network that cannot be is refused before anything changes', async () => {
  const dhcp = { ...CONFIG, network: { version: 2, ethernets: { eno1: { dhcp4: true } } } };
  const { exitCode, stderr, calls } = await deploy(dhcp);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('refused: interface eno1 is set to DHCP in MAAS');
  expect(calls.map(({ name }) => name)).toEqual(['basicConfig']);
  expect(existsSync(target('etc/network/interfaces'))).toBe(false);
});

test('wrong options are told, not run', async () => {
  const { exitCode, stderr } = await runCommand(testEdges(), [
    'python3',
    join(ASSETS, 'curtin-hooks'),
    '--netwrok',
    'x',
  ]);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 2,
    stderr: 'usage: curtin-hooks [--network FILE [--json]]\n',
  });
});

interface Call {
  name: string;
  [key: string]: unknown;
}

async function deploy(config: object, before: () => void = () => {}, { rebuilds = false } = {}) {
  put('curtin/curtin-hooks', HOOK);
  mkdirSync(target('etc'), { recursive: true });
  writeFileSync(join(folder, 'config.yaml'), JSON.stringify(config));
  writeFileSync(join(folder, 'network.yaml'), '');
  before();
  writeCurtinStub(join(folder, 'stub'), { rebuilds });
  const outcome = await runCommand(testEdges(), ['python3', target('curtin/curtin-hooks')], {
    env: {
      PYTHONPATH: join(folder, 'stub'),
      WORKING_DIR: folder,
      OUTPUT_FSTAB: join(folder, 'fstab'),
      OUTPUT_INTERFACES: join(folder, 'interfaces'),
      OUTPUT_NETWORK_STATE: join(folder, 'state'),
      OUTPUT_NETWORK_CONFIG: join(folder, 'network.yaml'),
      TARGET_MOUNT_POINT: join(folder, 'target'),
      CONFIG: join(folder, 'config.yaml'),
      CURTIN_REPORTSTACK: '',
    },
  });
  const log = join(folder, 'calls.jsonl');
  const calls: Call[] = existsSync(log)
    ? readFileSync(log, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Call)
    : [];
  return { ...outcome, calls };
}

function target(path: string): string {
  return join(folder, 'target', path);
}

function read(path: string): string {
  return readFileSync(target(path), 'utf8');
}

function put(path: string, text: string): void {
  mkdirSync(dirname(target(path)), { recursive: true });
  writeFileSync(target(path), text);
}
