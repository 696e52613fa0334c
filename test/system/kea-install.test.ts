import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Prepared, prepare, refuseErrors } from '../../src/commands/planning/prepare.ts';
import { readAnswers } from '../../src/commands/planning/read-answers.ts';
import { runPlan, undoRun } from '../../src/commands/running/run-plan.ts';
import { startEmbedded } from '../../src/commands/targets/embedded-sandbox.ts';
import { type OpenedTarget, openTargetOf } from '../../src/commands/targets/open-target.ts';
import type { Env } from '../../src/env.ts';
import type { KeaStatus } from '../../src/kea/status.ts';
import { envIn, tool } from './environment.ts';
import { bundleAgent } from './kea-bundle.ts';
import { askForAddress, type Bound, whyNot } from './kea-lab.ts';
import { bootMachine, type Machine } from './systemd-machine.ts';

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
const MAC = 'bc:24:11:00:09:01';

/**
 * The plan of `kea: { mode: host }` carried out on a real Debian with a real systemd: packages by apt, our unit by
 * systemd, addresses for a real client. What is of Proxmox VE is made up: its API is the sandbox's, /etc/pve a folder.
 */
describe.skipIf(reason && !process.env.CI)(
  `Kea is installed on a node${reason ? ` (${reason})` : ''}`,
  () => {
    let home: string;
    let machine: Machine;
    let env: Env;
    let target: OpenedTarget;
    let close: () => Promise<void>;
    let untouched: string;
    const runs: string[] = [];

    beforeAll(async () => {
      home = mkdtempSync(path.join(tmpdir(), 'proxwright-kea-install-'));
      const bundle = await bundleAgent(home);
      machine = await bootMachine({
        suite: 'bookworm',
        node: 'pve1',
        offered: ['kea-dhcp4-server'],
        files: { '/opt/node': process.execPath, '/opt/agent.mjs': bundle },
      });
      const { host } = machine;
      // Pings come every second instead of every 30, so that a test can wait for what follows when they do not.
      await host.write(
        `/run/systemd/system/${UNIT}.d/fast.conf`,
        '[Service]\nWatchdogSec=3\nTimeoutAbortSec=1\n',
        {
          mode: 0o644,
        },
      );
      await host.run(['mkdir', '-p', '/etc/pve/local/qemu-server', '/etc/pve/local/lxc']);
      await guest('10.9.0.20');
      for (const command of [
        'ip link add vmbr0 type bridge',
        'ip link set vmbr0 up',
        'ip netns add client',
        'ip link add port type veth peer name eth0 netns client',
        `ip -n client link set eth0 address ${MAC} up`,
        'ip link set port master vmbr0 up',
      ])
        expect(await host.run(command.split(' '))).toMatchObject({ exitCode: 0 });
      const server = await startEmbedded(path.join(home, 'state/proxwright/sandbox'), envIn(home), {
        speed: 500,
      });
      env = envIn(home, { self: [program('first')] });
      const opened = await openTargetOf({ values: { target: 'sandbox' }, switches: new Set() }, env);
      target = {
        ...opened,
        kind: 'local',
        host: (node) => (node === 'pve1' ? host : undefined),
      };
      close = async () => {
        await opened.close();
        await server.close();
      };
      untouched = await everything();
    }, 300_000);

    afterAll(async () => {
      await close?.();
      await machine?.stop();
      rmSync(home, { recursive: true, force: true });
    });

    test('by its plan; systemd runs the agent, a client gets its address', async () => {
      const prepared = await plan('kea: { nodes: [pve1] }');
      expect(prepared.steps.every(({ needed }) => needed)).toBe(true);
      await carryOut(prepared);
      expect(await unit()).toMatchObject({
        ActiveState: 'active',
        SubState: 'running',
        Type: 'notify',
        UnitFileState: 'enabled',
        NRestarts: '0',
      });
      expect(await said('systemctl', 'is-enabled', 'kea-dhcp4-server')).toBe('masked');
      expect(await client()).toMatchObject({ ip: '10.9.0.20', router: '10.9.0.1' });
      const { networks, kea } = await status();
      expect(kea.version).toMatch(/^2\.2\./);
      expect(networks).toMatchObject([{ bridge: 'vmbr0', state: 'serving', guests: [{ vmid: 100 }] }]);
    }, 120_000);

    test('a second time there is nothing to do', async () => {
      const again = await plan('kea: { nodes: [pve1] }');
      expect(again.steps.filter(({ needed }) => needed)).toEqual([]);
    });

    test('its watchdog is fed; an agent that hangs is started anew, and its Kea serves on', async () => {
      const first = Number((await unit()).WatchdogTimestampMonotonic);
      await until(async () => Number((await unit()).WatchdogTimestampMonotonic) > first);
      const { MainPID } = await unit();
      const kea = await served();
      await said('sh', '-c', `kill -STOP ${MainPID}`);
      expect(await client()).toMatchObject({ ip: '10.9.0.20' });
      await until(async () => {
        const now = await unit();
        return now.NRestarts === '1' && now.ActiveState === 'active' && now.MainPID !== MainPID;
      });
      expect(await served()).toBe(kea);
    }, 60_000);

    test('a newer program: the agent is another, the Kea that serves is the same; and back again', async () => {
      const kea = await served();
      const { MainPID } = await unit();
      env = { ...env, self: [program('second')] };
      const upgrade = await plan('kea: { nodes: [pve1] }');
      expect(upgrade.steps.filter(({ needed }) => needed).map(({ id }) => id)).toEqual([
        'install the program on pve1',
        'run the agent on pve1',
      ]);
      await carryOut(upgrade);
      expect((await unit()).MainPID).not.toBe(MainPID);
      expect(await said('cat', '/usr/local/lib/proxwright/proxwright')).toContain('# second');
      expect(await served()).toBe(kea);
      await guest('10.9.0.21');
      await until(async () => (await client())?.ip === '10.9.0.21');
      await takeBack();
      expect(await said('cat', '/usr/local/lib/proxwright/proxwright')).toContain('# first');
      expect(await client()).toMatchObject({ ip: '10.9.0.21' });
    }, 90_000);

    test('taken back, nothing of it is left: packages, units, files, processes, ports', async () => {
      await takeBack();
      expect(await everything()).toBe(untouched);
      expect(await client()).toBeUndefined();
    }, 90_000);

    test('destroyed, nothing of it is left but libraries that came with Kea', async () => {
      await carryOut(await plan('kea: { nodes: [pve1] }'));
      expect(await client()).toMatchObject({ ip: '10.9.0.21' });
      await carryOut(await plan('kea: { nodes: [pve1] }', 'destroy'));
      expect(await client()).toBeUndefined();
      const left = (await everything()).split('\n').filter((line) => !untouched.includes(line));
      expect(left.filter((line) => /kea|proxwright|pwk/.test(line))).toEqual([]);
      expect((await plan('kea: { nodes: [pve1] }', 'destroy')).steps).toEqual([]);
    }, 90_000);

    /** The program as it is copied: small, and another one for each word. */
    function program(word: string): string {
      const file = path.join(home, word, 'proxwright');
      mkdirSync(path.dirname(file), { recursive: true });
      if (!existsSync(file))
        writeFileSync(file, `#!/bin/sh\n# ${word}\nexec /opt/node /opt/agent.mjs "$@"\n`);
      chmodSync(file, 0o755);
      return file;
    }

    async function guest(address: string): Promise<void> {
      const conf = `name: web\nnet0: virtio=${MAC},bridge=vmbr0\nipconfig0: ip=${address}/24,gw=10.9.0.1\n`;
      await machine.host.write('/tmp/100.conf', conf, { mode: 0o644 });
      await machine.host.run(['cp', '/tmp/100.conf', '/etc/pve/local/qemu-server/100.conf']);
    }

    async function plan(text: string, goal: 'apply' | 'destroy' = 'apply'): Promise<Prepared> {
      const file = path.join(home, 'kea.yaml');
      writeFileSync(file, `version: 1\n${text}\n`);
      return prepare(readAnswers([file], env).answers.jobs, { target, env, goal });
    }

    async function carryOut(prepared: Prepared): Promise<void> {
      refuseErrors(prepared.plan);
      const errors: unknown[] = [];
      const emit = (event: { type: string }): void =>
        void (event.type === 'step-failed' && errors.push(event));
      const outcome = await runPlan(prepared, prepared.facts, { target, env, emit, signal: env.signal });
      expect(errors).toEqual([]);
      expect(outcome.status).toBe('ok');
      runs.push(outcome.run);
    }

    async function takeBack(): Promise<void> {
      const errors: unknown[] = [];
      const emit = (event: { type: string }): void =>
        void (event.type === 'step-failed' && errors.push(event));
      const outcome = await undoRun(runs.pop() ?? '', { target, env, emit, signal: env.signal });
      expect(errors).toEqual([]);
      expect(outcome.status).toBe('ok');
    }

    async function said(...argv: string[]): Promise<string> {
      return (await machine.host.run(argv)).stdout.trim();
    }

    async function unit(): Promise<Record<string, string>> {
      const text = await said('systemctl', 'show', UNIT);
      return Object.fromEntries(text.split('\n').map((line) => line.split(/=(.*)/s).slice(0, 2)));
    }

    async function status(): Promise<KeaStatus> {
      return JSON.parse(await said('proxwright', 'kea', 'status', '--json')) as KeaStatus;
    }

    /** The process that answers on vmbr0. */
    async function served(): Promise<number | undefined> {
      return (await status()).networks[0]?.generation?.pid;
    }

    function client(): Promise<Bound | undefined> {
      return askForAddress(machine.netns('client'), {
        out: path.join(home, 'lease'),
        start: ([program = '', ...argv]) => spawn(program, argv, { stdio: 'ignore' }),
      });
    }

    async function until(holds: () => Promise<boolean>): Promise<void> {
      for (let tries = 0; tries < 200; tries++) {
        if (await holds().catch(() => false)) return;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      throw new Error(`never\n${JSON.stringify(await unit(), null, 1)}`);
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
        parts.push(`${argv[0]}\n${(await said(...argv)).split('\n').sort().join('\n')}`);
      return parts.join('\n');
    }
  },
);
