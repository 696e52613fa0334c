import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Prepared, planned, prepare, refuseErrors } from '../../src/commands/planning/prepare.ts';
import { readAnswers } from '../../src/commands/planning/read-answers.ts';
import { runPlan, undoRun } from '../../src/commands/running/run-plan.ts';
import { startEmbedded } from '../../src/commands/targets/embedded-sandbox.ts';
import { type OpenedTarget, openTargetOf } from '../../src/commands/targets/open-target.ts';
import type { Env } from '../../src/env.ts';
import type { Host } from '../../src/hosts/host.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { sha256 } from '../../src/steps/write-file.ts';
import { keaAnswers } from '../../src/workflows/kea/answers.ts';
import { planKea } from '../../src/workflows/kea/plan.ts';
import { envIn } from '../system/environment.ts';
import { clusterTree } from '../system/tree.ts';

let home: string;
let env: Env;
let target: OpenedTarget;
let sandboxHost: (node: string) => Host;
let stateDir: string;
let close: () => Promise<void>;
let untouched: Map<string, string>;

beforeEach(async () => {
  home = mkdtempSync(path.join(tmpdir(), 'proxwright-kea-life-'));
  env = envIn(home);
  stateDir = path.join(home, 'state/proxwright/sandbox');
  const server = await startEmbedded(stateDir, env, { speed: 500 });
  target = await openTargetOf({ values: { target: 'sandbox' }, switches: new Set() }, env);
  const { host } = target;
  sandboxHost = (node) => host(node) as Host;
  untouched = whole();
  close = async () => {
    await target.close();
    await server.close();
    rmSync(home, { recursive: true });
  };
});

afterEach(() => close());

describe.each(['host', 'lxc', 'docker'])('mode %s on all nodes', (mode) => {
  test('is applied, has nothing to do the second time, and is taken back to the untouched state', async () => {
    const answers = `kea: { mode: ${mode}, dhcpv6: true, exclude: [vmbr1] }`;
    const run = await carryOut(await plan(answers));
    expect(needed(await plan(answers))).toEqual([]);
    expect(await undoRun(run, options())).toMatchObject({ status: 'ok', failed: 0 });
    expect(whole()).toEqual(untouched);
  });

  test('is destroyed, and then there is nothing to destroy', async () => {
    const answers = `kea: { mode: ${mode} }`;
    await carryOut(await plan(answers));
    await carryOut(await plan(answers, 'destroy'));
    expect((await plan(answers, 'destroy')).steps).toEqual([]);
    const left = [...whole()].filter(([file, text]) => untouched.get(file) !== text).map(([file]) => file);
    // A template is nobody's; libraries that came with Kea are kept.
    expect(left.filter((file) => !/vztmpl|template\/cache|packages\.json/.test(file))).toEqual([]);
  });
});

test('other settings restart the agent alone, and undo brings the older ones back', async () => {
  await carryOut(await plan('kea: { nodes: [pve1] }'));
  const before = whole();
  const change = await plan('kea: { nodes: [pve1], poll: 15 }');
  expect(needed(change)).toEqual(['run the agent on pve1']);
  const run = await carryOut(change);
  expect(environmentOfAgent('pve1')).toContain('VM_CHECK_POLL=15');
  expect(await undoRun(run, options())).toMatchObject({ status: 'ok' });
  expect(whole()).toEqual(before);
});

test('by Docker too: other settings make its container anew, and undo has the older one run again', async () => {
  const answers = 'kea: { nodes: [pve1], mode: docker }';
  await carryOut(await plan(answers));
  const before = whole();
  const change = await plan('kea: { nodes: [pve1], mode: docker, poll: 15 }');
  expect(needed(change)).toEqual(['write /opt/proxwright-kea/.env in kea-pve1', 'run the agent in kea-pve1']);
  const run = await carryOut(change);
  expect(environmentInDocker()).toContain('VM_CHECK_POLL=15');
  expect(await undoRun(run, options())).toMatchObject({ status: 'ok' });
  expect(environmentInDocker()).toContain('VM_CHECK_POLL=60');
  expect(whole()).toEqual(before);
});

test.each([
  ['host', 'install'],
  ['lxc', 'install'],
  ['docker', 'install'],
  ['docker', 'up'],
])('mode %s: where "%s" fails each time, undo does without it', async (mode, word) => {
  target = { ...target, host: (node) => failingAt(word, sandboxHost(node)) };
  const prepared = await plan(`kea: { nodes: [pve1], mode: ${mode} }`);
  const outcome = await runPlan(prepared, prepared.facts, options());
  expect(outcome).toMatchObject({ status: 'failed', failed: 1 });
  expect(await undoRun(outcome.run, options())).toMatchObject({ status: 'ok', failed: 0 });
  expect(whole()).toEqual(untouched);
});

test('a newer program takes the place of the older, which undo brings back', async () => {
  await carryOut(await plan('kea: { nodes: [pve1] }'));
  const older = environmentOfAgent('pve1');
  const newer = path.join(home, 'newer');
  writeFileSync(newer, 'a newer program');
  const upgrade = withProgram(await plan('kea: { nodes: [pve1] }'), newer);
  expect(needed(upgrade)).toEqual(['install the program on pve1', 'run the agent on pve1']);
  const run = await carryOut(upgrade);
  expect(program('pve1')).toBe('a newer program');
  expect(environmentOfAgent('pve1')).not.toBe(older);
  expect(await undoRun(run, options())).toMatchObject({ status: 'ok' });
  expect(program('pve1')).not.toBe('a newer program');
  expect(environmentOfAgent('pve1')).toBe(older);
});

test("what was there before stays: somebody's own program, Kea, its service", async () => {
  const host = target.host('pve1') as Host;
  await host.write('/usr/local/bin/proxwright', 'my own', { mode: 0o755 });
  await host.run(['apt-get', 'install', '--yes', 'kea-dhcp4-server']);
  const before = whole();
  const run = await carryOut(await plan('kea: { nodes: [pve1] }'));
  expect((await host.run(['systemctl', 'is-active', 'kea-dhcp4-server'])).stdout).toBe('inactive\n');
  expect(await undoRun(run, options())).toMatchObject({ status: 'ok' });
  expect((await host.run(['systemctl', 'is-active', 'kea-dhcp4-server'])).stdout).toBe('active\n');
  expect(clusterTree(stateDir)).toEqual(new Map([...before].filter(([file]) => file !== 'condition.json')));
});

test('what is there and stays is said: agents of other nodes, a container made otherwise', async () => {
  await carryOut(await plan('kea: { nodes: [pve1, pve2], mode: lxc }'));
  const { plan: fewer } = await plan('kea: { nodes: [pve1], mode: lxc, memory: 2048 }');
  expect(fewer.findings.map(({ message }) => message)).toEqual([
    'pve2 has an agent, too, which these answers leave as it is',
    'kea-pve1 on pve1 is there with 1024 MiB, and keeps them',
  ]);
});

test.each([
  ['host', 'the agent is gone from pve1; apply the answers to install it again'],
  ['lxc', 'container kea-pve1 is gone; apply the answers to make it again'],
])('mode %s: a removal has no way back, and says so', async (mode, why) => {
  const answers = `kea: { nodes: [pve1], mode: ${mode} }`;
  await carryOut(await plan(answers));
  const run = await carryOut(await plan(answers, 'destroy'));
  const said: string[] = [];
  const emit = (event: RunEvent): void => void said.push(JSON.stringify(event));
  expect(await undoRun(run, { ...options(), emit })).toMatchObject({ status: 'ok' });
  expect(said.join()).toContain(why);
});

test('a container whose id is taken meanwhile gets the next one', async () => {
  const prepared = await plan('kea: { nodes: [pve1], mode: lxc, vmid: 300 }');
  await target.pve.post('/nodes/pve2/qemu', { vmid: 300, name: 'mail', memory: 64 });
  const run = await carryOut(prepared);
  expect(needed(await plan('kea: { nodes: [pve1], mode: lxc, vmid: 300 }'))).toEqual([]);
  const conf = path.join(stateDir, 'etc/pve/nodes/pve1/lxc/301.conf');
  expect(readFileSync(conf, 'utf8')).toContain('lxc.net.0.type: none');
  expect(await undoRun(run, options())).toMatchObject({ status: 'ok' });
  expect(existsSync(conf)).toBe(false);
});

test('a container that somebody took over is not destroyed', async () => {
  const run = await carryOut(await plan('kea: { nodes: [pve1], mode: lxc }'));
  const conf = path.join(stateDir, 'etc/pve/nodes/pve1/lxc/100.conf');
  writeFileSync(conf, readFileSync(conf, 'utf8').replace(/uid=\w+/, 'uid=somebody'));
  expect(await undoRun(run, options())).toMatchObject({ status: 'failed' });
  expect(existsSync(conf)).toBe(true);
});

async function plan(text: string, goal: 'apply' | 'destroy' = 'apply'): Promise<Prepared> {
  const file = path.join(home, 'kea.yaml');
  writeFileSync(file, `version: 1\n${text}\n`);
  return prepare(readAnswers([file], env).answers.jobs, { target, env, goal });
}

async function carryOut(prepared: Prepared): Promise<string> {
  refuseErrors(prepared.plan);
  const outcome = await runPlan(prepared, prepared.facts, options());
  expect(outcome).toMatchObject({ status: 'ok', failed: 0 });
  return outcome.run;
}

function options() {
  return { target, env, emit: () => {}, signal: env.signal };
}

function needed({ steps }: Prepared): string[] {
  return steps.filter((step) => step.needed).map(({ id }) => id);
}

/** The same answers, applied by another version of proxwright. */
function withProgram(prepared: Prepared, file: string): Prepared {
  const known = { path: file, sha256: sha256(readFileSync(file)), size: 15, machine: 'x86_64' };
  const facts = { ...prepared.facts, program: known };
  const plan = planKea(keaAnswers.parse({ nodes: ['pve1'] }), facts, { path: 'kea' });
  return { ...planned(plan, facts), facts };
}

function program(node: string): string {
  return readFileSync(
    path.join(stateDir, 'nodes', node, 'rootfs/usr/local/lib/proxwright/proxwright'),
    'utf8',
  );
}

/** A node whose apt or Docker ends badly once it is to do something, however often it is asked. */
function failingAt(word: string, host: Host): Host {
  const at = (argv: readonly string[]): boolean =>
    argv.includes(word) &&
    !argv.includes('--simulate') &&
    (argv.includes('apt-get') || argv.includes('compose'));
  return {
    ...host,
    run: async (argv, given) =>
      at(argv)
        ? { exitCode: 100, stdout: '', stderr: 'E: Could not resolve deb.debian.org' }
        : host.run(argv, given),
  };
}

/** What the container of Docker on pve1 was started with. */
function environmentInDocker(): string[] {
  const file = path.join(stateDir, 'nodes/pve1/containers/100/rootfs/var/lib/docker/containers.json');
  return JSON.parse(readFileSync(file, 'utf8'))['proxwright-kea'];
}

/** What its process was started with. */
function environmentOfAgent(node: string): string {
  const { nodes } = JSON.parse(readFileSync(path.join(stateDir, 'condition.json'), 'utf8'));
  const { pid } = nodes[node].units['proxwright-kea.service'];
  return readFileSync(path.join(stateDir, 'nodes', node, `rootfs/proc/${pid}/environ`), 'utf8');
}

function whole(): Map<string, string> {
  const file = path.join(stateDir, 'condition.json');
  return clusterTree(stateDir).set('condition.json', existsSync(file) ? readFileSync(file, 'utf8') : '{}');
}
