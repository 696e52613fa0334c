import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tool } from './environment.ts';
import { whyNot } from './kea-lab.ts';
import { bootKeaNode, type KeaNode } from './kea-node.ts';

const mmdebstrap = tool('mmdebstrap', 'mmdebstrap');
const reason = whyNot() ?? (mmdebstrap.missing ? 'needs the Debian package mmdebstrap' : undefined);
const UNIT = 'proxwright-kea.service';
/** Where an installation puts files. */
const FOLDERS = [
  '/etc',
  '/usr/local',
  '/usr/sbin',
  '/usr/lib',
  '/opt',
  '/var/lib/kea',
  '/run/kea',
  '/run/proxwright',
];

/**
 * The plan of `kea: { mode: host }` carried out on a real Debian with a real systemd: packages by apt, our unit by
 * systemd, addresses for a real client. What is of Proxmox VE is made up: its API is the sandbox's, /etc/pve a folder.
 */
describe.skipIf(reason && !process.env.CI)(
  `Kea is installed on a node${reason ? ` (${reason})` : ''}`,
  () => {
    let node: KeaNode;
    let untouched: string;

    beforeAll(async () => {
      node = await bootKeaNode({ suite: 'bookworm', offered: ['kea-dhcp4-server'] });
      // Pings come every second instead of every 30, so that a test can wait for what follows when they do not.
      await node.machine.host.write(
        `/run/systemd/system/${UNIT}.d/fast.conf`,
        '[Service]\nWatchdogSec=3\nTimeoutAbortSec=1\n',
        { mode: 0o644 },
      );
      untouched = await everything();
    }, 300_000);

    afterAll(() => node?.close());

    test('by its plan; systemd runs the agent, a client gets its address', async () => {
      const prepared = await node.plan('kea: { nodes: [pve1] }');
      expect(prepared.steps.every(({ needed }) => needed)).toBe(true);
      await node.carryOut(prepared);
      expect(await unit()).toMatchObject({
        ActiveState: 'active',
        SubState: 'running',
        Type: 'notify',
        UnitFileState: 'enabled',
        NRestarts: '0',
      });
      expect(await node.said('systemctl', 'is-enabled', 'kea-dhcp4-server')).toBe('masked');
      expect(await node.client()).toMatchObject({ ip: '10.9.0.20', router: '10.9.0.1' });
      const { networks, kea } = await node.status();
      expect(kea.version).toMatch(/^2\.2\./);
      expect(networks).toMatchObject([{ bridge: 'vmbr0', state: 'serving', guests: [{ vmid: 100 }] }]);
    }, 120_000);

    test('a second time there is nothing to do', async () => {
      const again = await node.plan('kea: { nodes: [pve1] }');
      expect(again.steps.filter(({ needed }) => needed)).toEqual([]);
    });

    test('its watchdog is fed; an agent that hangs is started anew, and its Kea serves on', async () => {
      const first = Number((await unit()).WatchdogTimestampMonotonic);
      await node.until(async () => Number((await unit()).WatchdogTimestampMonotonic) > first, unit);
      const { MainPID } = await unit();
      const kea = await served();
      await node.said('sh', '-c', `kill -STOP ${MainPID}`);
      expect(await node.client()).toMatchObject({ ip: '10.9.0.20' });
      await node.until(async () => {
        const now = await unit();
        return now.NRestarts === '1' && now.ActiveState === 'active' && now.MainPID !== MainPID;
      }, unit);
      expect(await served()).toBe(kea);
    }, 60_000);

    test('a newer program: the agent is another, the Kea that serves is the same; and back again', async () => {
      const kea = await served();
      const { MainPID } = await unit();
      node.upgrade('second');
      const upgrade = await node.plan('kea: { nodes: [pve1] }');
      expect(upgrade.steps.filter(({ needed }) => needed).map(({ id }) => id)).toEqual([
        'install the program on pve1',
        'run the agent on pve1',
      ]);
      await node.carryOut(upgrade);
      expect((await unit()).MainPID).not.toBe(MainPID);
      expect(await node.said('cat', '/usr/local/lib/proxwright/proxwright')).toContain('# second');
      expect(await served()).toBe(kea);
      await node.guest('10.9.0.21');
      await node.until(async () => (await node.client())?.ip === '10.9.0.21', unit);
      await node.takeBack();
      expect(await node.said('cat', '/usr/local/lib/proxwright/proxwright')).toContain('# first');
      expect(await node.client()).toMatchObject({ ip: '10.9.0.21' });
    }, 90_000);

    test('taken back, nothing of it is left: packages, units, files, processes, ports', async () => {
      await node.takeBack();
      expect(await everything()).toBe(untouched);
      expect(await node.client()).toBeUndefined();
    }, 90_000);

    test('destroyed, nothing of it is left but libraries that came with Kea', async () => {
      await node.carryOut(await node.plan('kea: { nodes: [pve1] }'));
      expect(await node.client()).toMatchObject({ ip: '10.9.0.21' });
      await node.carryOut(await node.plan('kea: { nodes: [pve1] }', 'destroy'));
      expect(await node.client()).toBeUndefined();
      const left = (await everything()).split('\n').filter((line) => !untouched.includes(line));
      expect(left.filter((line) => /kea|proxwright|pwk/.test(line))).toEqual([]);
      expect((await node.plan('kea: { nodes: [pve1] }', 'destroy')).steps).toEqual([]);
    }, 90_000);

    async function unit(): Promise<Record<string, string>> {
      const text = await node.said('systemctl', 'show', UNIT);
      return Object.fromEntries(text.split('\n').map((line) => line.split(/=(.*)/s).slice(0, 2)));
    }

    /** The process that answers on vmbr0. */
    async function served(): Promise<number | undefined> {
      return (await node.status()).networks[0]?.generation?.pid;
    }

    /** All that an installation could leave. */
    async function everything(): Promise<string> {
      const looks = [
        ['dpkg-query', '-W', '-f', '${Package} ${db:Status-Status}\\n'],
        // Debian keeps the accounts that its packages made, and a copy of the lists from before.
        ['find', ...FOLDERS, '!', '-type', 'd', '!', '-name', '*-'],
        ['systemctl', 'list-unit-files', '--no-legend', '--type=service'],
        ['ls', '/sys/class/net'],
        ['ip', 'netns'],
        ['sh', '-c', 'cat /proc/[0-9]*/comm | grep -E "kea|node|proxwright"'],
      ];
      const parts: string[] = [];
      for (const argv of looks)
        parts.push(`${argv[0]}\n${(await node.said(...argv)).split('\n').sort().join('\n')}`);
      return parts.join('\n');
    }
  },
);
