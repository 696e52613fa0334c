import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KeaStatus } from '../../src/kea/status.ts';
import { tool } from './environment.ts';
import { bootGuest, NETWORK_MODULES } from './guest.ts';
import { bundleAgent } from './kea-bundle.ts';
import { whyNot } from './kea-lab.ts';

/**
 * The agent, Kea and udhcpc on bridges with VLANs, in a guest: Debian's kernel there has what this machine's may lack.
 * Its files are this machine's, read-only, so that it is the same Kea.
 */
const qemu = tool('qemu-system-x86_64', 'qemu-system-x86');
const reason = whyNot();
const skipped = qemu.missing || (reason !== undefined && !process.env.CI);

describe.skipIf(skipped)(`Kea on VLANs, in a guest${qemu.name}${reason ? ` (${reason})` : ''}`, () => {
  let folder: string;
  let lines: string[];
  const got = (name: string): string[] =>
    lines.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'proxwright-vlans-'));
    await bundleAgent(folder);
    const script = readFileSync(path.join(import.meta.dirname, 'kea-vlans.sh'), 'utf8');
    // /tmp is empty in the guest, and Node may be there as well: a clone can lie anywhere.
    cpSync(process.execPath, path.join(folder, 'node'));
    const shares = ['/', folder].map((shared, at) =>
      [
        `local,path=${shared}`,
        `mount_tag=${at === 0 ? 'root' : 'agent'}`,
        'security_model=none,readonly=on',
      ].join(),
    );
    const printed = await bootGuest(script, {
      args: [
        '-accel',
        'tcg,thread=multi',
        ...shares.flatMap((share) => ['-virtfs', `${share},multidevs=remap`]),
      ],
      memory: 1024,
      modules: NETWORK_MODULES,
      cores: 2,
      seconds: 280,
    });
    lines = printed.split('\n');
  }, 300_000);

  afterAll(() => {
    if (folder && existsSync(folder)) rmSync(folder, { recursive: true });
  });

  test('each guest gets the address of its VLAN, the same MAC two of them on two', () => {
    expect(got('plain.eth0')).toEqual(['10.1.0.5']);
    expect(got('tag30.eth0')).toEqual(['10.1.30.5']);
    expect(got('both20.eth0')).toEqual(['10.1.20.6']);
    expect(got('made30.eth0')).toEqual(['10.2.30.5']);
  });

  test('frames that a guest or a switch has tagged are answered in their VLAN', () => {
    expect(got('trunk.eth0.20')).toEqual(['10.1.20.5']);
    expect(got('far.wire.30')).toEqual(['10.2.30.7']);
  });

  test('on any other VLAN, or on none, there is silence', () => {
    const names = ['wrong20', 'wrong', 'wrong1', 'trunk'].map((name) => `${name}.eth0`);
    for (const name of [...names, 'far.wire']) expect([name, ...got(name)]).toEqual([name, 'silence']);
  });

  test('a guest whose tag is changed is answered there, and no longer here', () => {
    expect(got('tag20.eth0')).toEqual(['10.1.20.5', 'silence']);
    expect(got('wrong30.eth0')).toEqual(['silence', '10.1.30.6']);
  });

  test('a bridge that comes with the first guest of its tag is waited for, and joined', () => {
    const { networks } = JSON.parse(got('status')[0] as string) as KeaStatus;
    expect(networks.map(({ bridge, vlan, state }) => `${bridge} ${vlan} ${state}`)).toEqual([
      'vmbr0 null serving',
      'vmbr0 20 serving',
      'vmbr0 30 serving',
      'vmbr1 30 serving',
      'vmbr1 40 waiting',
    ]);
    expect(networks.at(-1)?.detail).toMatch(/^vmbr1v40 does not exist yet/);
    expect(got('made40.eth0')).toEqual(['10.2.40.5']);
  });

  test('our ports are in their own VLAN alone', () => {
    // `pwk… 20 PVID Egress Untagged`; on a bridge without VLANs, and untagged, it is the kernel's 1.
    const vlans = got('port').map((text) => text.match(/\d+(?= PVID)|\d+(?= Egress)/g)?.join());
    expect(vlans.toSorted()).toEqual(['1', '1', '1', '20', '30']);
    for (const port of got('port')) expect(port).toContain('PVID Egress Untagged');
  });
});
