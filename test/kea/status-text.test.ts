import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keaCommand } from '../../src/kea/command.ts';
import type { KeaStatus } from '../../src/kea/status.ts';
import { serveStatus } from '../../src/kea/status-socket.ts';
import { keaGuest, keaNetwork, keaStatus } from '../components/fake-kea.ts';

/** `kea status`, by the socket of an agent that says this. */
async function ask(status: KeaStatus, ...argv: string[]): Promise<{ code: number; stdout: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'proxwright-'));
  const server = await serveStatus(folder, () => status);
  let stdout = '';
  try {
    const code = await keaCommand(['status', ...argv], {
      ...{ variables: { PROXWRIGHT_KEA_STATUS: folder }, uid: 0, pid: 1, machine: 'pve1', self: [] },
      stdout: { write: (text: string) => (stdout += text) },
      stderr: { write: () => undefined },
      signal: new AbortController().signal,
      kill: () => false,
    });
    return { code, stdout };
  } finally {
    server.close();
    rmSync(folder, { recursive: true });
  }
}

const served = keaNetwork('vmbr0', {
  guests: [keaGuest(101), keaGuest(7, { hostname: undefined, lease: 'none' })],
});

test('for people: troubles first, then network by network, then findings', async () => {
  const { code, stdout } = await ask(
    keaStatus(
      [served, keaNetwork('vmbr0', { vlan: 20, state: 'waiting', detail: 'no bridge', guests: [] })],
      {
        problems: ['/etc/pve cannot be read'],
        findings: [{ vmid: 300, nic: 'net0', severity: 'error', message: 'not served', networks: [] }],
      },
    ),
  );
  expect(code).toBe(0);
  expect(stdout.split('\n')).toEqual([
    'agent on pve1, pid 812; Kea 2.6.3',
    '! /etc/pve cannot be read',
    '',
    'vmbr0: serving, generation 12, Kea pid 4711',
    '  10.0.20.101  bc:24:11:00:00:65  101 net0  active  edge-101',
    '  10.0.20.7    bc:24:11:00:00:07  7 net0  none',
    '',
    'vmbr0 VLAN 20: waiting, generation 12, Kea pid 4711',
    '  ! no bridge',
    '',
    'findings',
    '  error    300 net0: not served',
    '',
  ]);
});

test('--json: the document as the agent gives it; a network that is not served is exit 1', async () => {
  const status = keaStatus([served, keaNetwork('vmbr1', { state: 'failed', generation: undefined })]);
  const { code, stdout } = await ask(status, '--json');
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toEqual(JSON.parse(JSON.stringify(status)));
});

test('other servers and restarts are said; a node without static addresses, too', async () => {
  const network = keaNetwork('vmbr0', {
    ...{ restarts: 2, guests: [] },
    otherServers: [{ server: '10.0.0.9', seen: 0 }],
  });
  expect((await ask(keaStatus([network]))).stdout).toMatch(
    /restarted 2 times\n {2}! another DHCP server answers here: 10\.0\.0\.9/,
  );
  expect((await ask(keaStatus([]))).stdout).toContain('no guest of this node has a static address');
});
