import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keaReader } from '../../../src/commands/kea/reading.ts';
import { practicePrograms } from '../../../src/commands/targets/sandbox-programs.ts';
import type { Host } from '../../../src/hosts/host.ts';
import { startSandbox } from '../../../src/sandbox/server.ts';
import { openSandbox } from '../../../src/target/sandbox-target.ts';
import type { Target } from '../../../src/target.ts';

/** The pretend nodes' agents, as the terminal UI asks them. */
let stateDir: string;
let target: Target;
let host: Host;

beforeAll(async () => {
  stateDir = mkdtempSync(path.join(tmpdir(), 'proxwright-sandbox-kea-'));
  target = await openSandbox({
    ...{ env: {}, home: stateDir, cwd: stateDir, warn: () => {} },
    sandbox: {
      stateDir,
      start: (folder) => startSandbox({ stateDir: folder, speed: 100, programs: practicePrograms }),
    },
  });
  host = target.host('pve1') as Host;
});
afterAll(async () => {
  await target.close();
  rmSync(stateDir, { recursive: true });
});

const read = () => keaReader()('pve1', { target, env: { uid: 0, variables: {} }, guests: [] });

async function conf(vmid: number, text: string): Promise<void> {
  await host.write(`/etc/pve/nodes/pve1/qemu-server/${vmid}.conf`, text, { mode: 0o640 });
}

test('before it is installed there is none, and proxwright is not there', async () => {
  expect(await read()).toMatchObject({ agent: 'absent', installed: false });
});

test('once its unit runs, it says what it would serve; stopped, that it does not run', async () => {
  await conf(
    100,
    'name: web\nnet0: virtio=BC:24:11:00:00:01,bridge=vmbr0,tag=20\nipconfig0: ip=10.0.0.5/24\n',
  );
  await conf(101, 'net0: virtio=BC:24:11:00:00:02,bridge=vmbr1,tag=7\nipconfig0: ip=10.0.0.6/24\n');
  await conf(102, 'net0: virtio=BC:24:11:00:00:03,bridge=vmbr0,tag=20\nipconfig0: ip=10.0.0.5/24\n');
  await host.write('/etc/systemd/system/proxwright-kea.service', '[Service]\n', { mode: 0o644 });
  for (const argv of [['daemon-reload'], ['enable', '--now', 'proxwright-kea.service']])
    expect(await host.run(['systemctl', ...argv])).toMatchObject({ exitCode: 0 });
  await target.pve.post('/nodes/pve1/qemu/100/status/start', {});
  for (let tries = 0; tries < 100; tries += 1) {
    const { stdout } = await host.run(['qm', 'status', '100']);
    if (stdout.includes('running')) break;
  }
  const reading = await read();
  if (reading.agent !== 'running') throw new Error(`no agent: ${JSON.stringify(reading)}`);
  const { kea, networks, findings } = reading.status;
  expect(kea.version).toBe('simulated');
  expect(networks.map(({ bridge, vlan, state }) => `${bridge} ${vlan} ${state}`)).toEqual([
    'vmbr0 20 serving',
    'vmbr1 7 waiting',
  ]);
  expect(networks[0]?.guests).toMatchObject([{ vmid: 100, address: '10.0.0.5', lease: 'active' }]);
  expect(networks[1]?.guests).toMatchObject([{ vmid: 101, lease: 'none' }]);
  expect(networks[0]?.offers).toHaveLength(60);
  expect(networks[0]?.offers.reduce((sum, count) => sum + count, 0)).toBe(1);
  expect(findings).toMatchObject([{ vmid: 102, severity: 'error', networks: ['vmbr0.20'] }]);
  // Who looks after it finds its namespaces and ports.
  const { stdout } = await host.run(['ip', 'netns', 'list']);
  expect(stdout).toContain(networks[0]?.namespace);
  const links = JSON.parse((await host.run(['ip', '-j', '-d', 'link', 'show'])).stdout) as {
    ifname: string;
  }[];
  expect(links.some(({ ifname }) => ifname === networks[0]?.port)).toBe(true);

  await host.run(['systemctl', 'stop', 'proxwright-kea.service']);
  expect(await read()).toMatchObject({
    agent: 'absent',
    installed: true,
    why: expect.stringContaining('the Kea agent does not run here'),
  });
});
