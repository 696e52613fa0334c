/** A node of the sandbox's cluster whose commands are those of a real Debian, and a client on its bridge. */
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'vitest';
import { type Prepared, prepare, refuseErrors } from '../../src/commands/planning/prepare.ts';
import { readAnswers } from '../../src/commands/planning/read-answers.ts';
import { runPlan, undoRun } from '../../src/commands/running/run-plan.ts';
import { startEmbedded } from '../../src/commands/targets/embedded-sandbox.ts';
import { type OpenedTarget, openTargetOf } from '../../src/commands/targets/open-target.ts';
import type { Env } from '../../src/env.ts';
import type { Host } from '../../src/hosts/host.ts';
import type { KeaStatus } from '../../src/kea/status.ts';
import { envIn } from './environment.ts';
import { bundleAgent } from './kea-bundle.ts';
import { askForAddress, type Bound } from './kea-lab.ts';
import { bootMachine, type Machine, type MachineOptions } from './systemd-machine.ts';

const MAC = 'bc:24:11:00:09:01';

export interface KeaNode {
  machine: Machine;
  /** The guest's configuration, with this address. */
  guest(address: string): Promise<void>;
  plan(text: string, goal?: 'apply' | 'destroy'): Promise<Prepared>;
  carryOut(prepared: Prepared): Promise<void>;
  /** Takes back the last run that was not. */
  takeBack(): Promise<void>;
  /** From now on another version of proxwright is the one that is installed. */
  upgrade(word: string): void;
  said(...argv: string[]): Promise<string>;
  /** What the agent behind these words says of itself. */
  status(...enter: string[]): Promise<KeaStatus>;
  client(): Promise<Bound | undefined>;
  until(holds: () => Promise<boolean>, state: () => Promise<unknown>): Promise<void>;
  close(): Promise<void>;
}

export interface KeaNodeOptions extends Omit<MachineOptions, 'node' | 'files'> {
  files?: Readonly<Record<string, string>>;
  /** What a command goes to: the machine, or the sandbox where the machine has nothing of Proxmox VE. */
  hostOf?(machine: Host, sandbox: Host): Host;
}

/** Boots pve1 with a guest 100 that has an address on vmbr0. */
export async function bootKeaNode({ hostOf, files, ...options }: KeaNodeOptions): Promise<KeaNode> {
  const home = mkdtempSync(path.join(tmpdir(), 'proxwright-kea-node-'));
  const bundle = await bundleAgent(home);
  const machine = await bootMachine({
    ...options,
    node: 'pve1',
    files: { '/opt/node': process.execPath, '/opt/agent.mjs': bundle, ...files },
  });
  const runs: string[] = [];
  let env: Env = envIn(home, { self: [program('first')] });
  const server = await startEmbedded(path.join(home, 'state/proxwright/sandbox'), env, { speed: 500 });
  const opened = await openTargetOf({ values: { target: 'sandbox' }, switches: new Set() }, env);
  const host = hostOf?.(machine.host, opened.host('pve1') as Host) ?? machine.host;
  const target: OpenedTarget = {
    ...opened,
    kind: 'local',
    host: (node) => (node === 'pve1' ? host : undefined),
  };

  /** The program as it is copied: small, and another one for each word. */
  function program(word: string): string {
    const file = path.join(home, word, 'proxwright');
    mkdirSync(path.dirname(file), { recursive: true });
    if (!existsSync(file)) writeFileSync(file, `#!/bin/sh\n# ${word}\nexec /opt/node /opt/agent.mjs "$@"\n`);
    chmodSync(file, 0o755);
    return file;
  }

  async function ended(work: (emit: (event: { type: string }) => void) => ReturnType<typeof undoRun>) {
    const errors: unknown[] = [];
    const outcome = await work((event) => void (event.type === 'step-failed' && errors.push(event)));
    expect(errors).toEqual([]);
    expect(outcome.status).toBe('ok');
  }

  const node: KeaNode = {
    machine,
    async guest(address) {
      const conf = `name: web\nnet0: virtio=${MAC},bridge=vmbr0\nipconfig0: ip=${address}/24,gw=10.9.0.1\n`;
      await machine.host.write('/tmp/100.conf', conf, { mode: 0o644 });
      await machine.host.run(['cp', '/tmp/100.conf', '/etc/pve/local/qemu-server/100.conf']);
    },
    async plan(text, goal = 'apply') {
      const file = path.join(home, 'kea.yaml');
      writeFileSync(file, `version: 1\n${text}\n`);
      return prepare(readAnswers([file], env).answers.jobs, { target, env, goal });
    },
    async carryOut(prepared) {
      refuseErrors(prepared.plan);
      await ended(async (emit) => {
        const outcome = await runPlan(prepared, prepared.facts, { target, env, emit, signal: env.signal });
        runs.push(outcome.run);
        return outcome;
      });
    },
    takeBack: () => ended((emit) => undoRun(runs.pop() ?? '', { target, env, emit, signal: env.signal })),
    upgrade(word) {
      env = { ...env, self: [program(word)] };
    },
    said: async (...argv) => (await machine.host.run(argv)).stdout.trim(),
    status: async (...enter) =>
      JSON.parse(await node.said(...enter, 'proxwright', 'kea', 'status', '--json')) as KeaStatus,
    client: () =>
      askForAddress(machine.netns('client'), {
        out: path.join(home, 'lease'),
        start: ([command = '', ...argv]) => spawn(command, argv, { stdio: 'ignore' }),
      }),
    async until(holds, state) {
      for (let tries = 0; tries < 200; tries++) {
        if (await holds().catch(() => false)) return;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      throw new Error(`never\n${JSON.stringify(await state(), null, 1)}`);
    },
    async close() {
      await opened.close();
      await server.close();
      await machine.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };

  for (const command of [
    'mkdir -p /etc/pve/local/qemu-server /etc/pve/local/lxc',
    'ip link add vmbr0 type bridge',
    'ip link set vmbr0 up',
    'ip netns add client',
    'ip link add port type veth peer name eth0 netns client',
    `ip -n client link set eth0 address ${MAC} up`,
    'ip link set port master vmbr0 up',
  ])
    expect(await machine.host.run(command.split(' '))).toMatchObject({ exitCode: 0 });
  await node.guest('10.9.0.20');
  return node;
}
