import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { endTerminals, inTerminal } from './pseudo-terminal.ts';
import { runningSandbox } from './running-sandbox.ts';

/** The live Kea screen of the binary in a real terminal, while things change on the practice cluster. */
let home: string;

beforeAll(() => {
  home = mkdtempSync(path.join(tmpdir(), 'proxwright-terminal-kea-'));
});
afterEach(endTerminals);
afterAll(() => rmSync(home, { recursive: true, maxRetries: 5 }));

const conf = (octet: string, address: string): string =>
  `name: app-${octet}\nnet0: virtio=BC:24:11:00:00:${octet},bridge=vmbr0\nipconfig0: ip=${address}/24\n`;

test('no agent, then one, guests that come, a node without, an agent that stops', async () => {
  const terminal = inTerminal({ home });
  await terminal.shows('Proxmox VE 9.2');
  const { command } = runningSandbox(home);
  const guest = (vmid: number, text: string): Promise<unknown> =>
    command('pve1', ['tee', `/etc/pve/nodes/pve1/qemu-server/${vmid}.conf`], text);
  const unit = 'proxwright-kea.service';

  await terminal.press('/', 'live');
  await terminal.shows('❯ DHCP live');
  await terminal.press('enter');
  await terminal.shows('! No Kea agent runs on pve1.');
  await terminal.shows('i install it');

  await guest(100, conf('01', '10.0.0.5'));
  await command('pve1', ['tee', `/etc/systemd/system/${unit}`], '[Service]\nExecStart=/bin/true\n');
  await command('pve1', ['systemctl', 'enable', '--now', unit]);
  await terminal.shows(/❯ vmbr0 +✓ serving +1 /);
  await terminal.shows(/100 net0 {2}10\.0\.0\.5 {2}· not asked/);
  await terminal.shows('✓ nothing is wrong');

  await guest(101, conf('02', '10.0.0.5'));
  await terminal.shows('✗ guest 101 net0: not served: its address 10.0.0.5 is also that of guest 100');
  await guest(101, conf('02', '10.0.0.6'));
  await terminal.shows(/101 net0 {2}10\.0\.0\.6/);
  await terminal.shows('✓ nothing is wrong');
  await terminal.press('enter');
  await terminal.shows('bc:24:11:00:00:01 · app-01');
  terminal.resize(120, 40);
  await terminal.shows(/100 net0 {2}10\.0\.0\.5 {2}· not asked {2}bc:24:11:00:00:01 {2}app-01/);

  await terminal.press('n');
  await terminal.shows('! No Kea agent runs on pve2.');
  await terminal.press('n', 'n');
  await terminal.shows('❯ vmbr0');
  await command('pve1', ['systemctl', 'stop', unit]);
  await terminal.shows('A Kea that the agent started serves on without it');
  await terminal.press('escape');
  await terminal.shows('❯ DHCP live');
  await terminal.press('q');
  expect(await terminal.exit()).toBe(0);
});
