import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { runPlan, undoRun } from '../../src/commands/running/run-plan.ts';
import type { Facts } from '../../src/facts/facts.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { reveal, type Secret } from '../../src/plan/secret.ts';
import { serializePlan } from '../../src/plan/serialize.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { newToken, secretsFrom } from '../../src/workflows/cluster/presets/secrets.ts';
import { type RollWorld, withRollWorld } from '../system/roll-world.ts';
import { carriedOut } from './examples.ts';
import { filesIn, ignitionOf, ignitionTexts, lab, presetPlan } from './preset-plans.ts';

const answers = ({
  agents = 1,
  servers = 1,
  preset = 'k3s',
  options = '',
  more = '',
} = {}): string => `version: 1
clusters:
  - name: edge
    nodes: [pve1, pve2]
    preset: ${preset}
    preset_options: { kubeconfig: edge.kubeconfig${options} }
    groups:
      - { name: server, count: ${servers}, memory: 2048${more}, networks: [{ bridge: vmbr0, ip: 10.0.20.11/24 }] }
      - { name: agent, count: ${agents}, memory: 512, networks: [{ bridge: vmbr0 }] }
`;

async function needed(world: RollWorld, text: string): Promise<string[]> {
  return (await world.plan(text)).steps.filter((step) => step.needed).map(({ id }) => id);
}

describe('a k3s cluster in the sandbox', () => {
  test('is made, is found as it should be, grows, and keeps its token to itself', async () => {
    await withRollWorld('edge', {}, async (world) => {
      const prepared = await world.plan(answers());
      const token = tokenIn(serverConfig(world) ?? ignitionTexts(prepared.plan).get('edge-server-1'));
      const events: RunEvent[] = [];
      const options = { ...world.options, emit: (event: RunEvent) => void events.push(event) };
      const { status, run } = await runPlan(prepared, prepared.facts, options);
      expect(status).toBe('ok');

      const file = path.join(world.home, 'edge.kubeconfig');
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(readFileSync(file, 'utf8')).toMatch(
        /^# Simulated: .*\n(.*\n)*\s+server: https:\/\/10\.0\.20\.11:6443\n/,
      );

      // Secrets stand on the node, 0600, and nowhere else.
      const secrets = secretsFrom(token);
      const seen = JSON.stringify([events, serializePlan(prepared.plan).plan]);
      for (const secret of [token, secrets.agentToken, secrets.nodePassword('edge-server-1')]) {
        expect(seen).not.toContain(secret);
        const holders = filesWith(world.home, secret);
        expect(holders.filter((name) => !/\/proxwright-edge-\w+-\d\.ign$/.test(name))).toEqual([]);
      }
      // The seed stands in saved plans.
      expect(newToken(prepared.facts.seed, 'edge')).not.toBe(token);

      expect(await needed(world, answers())).toEqual([]);

      const before = new Map(ignitionTexts((await world.plan(answers())).plan));
      const grown = answers({ agents: 3 });
      const more = await needed(world, grown);
      expect(more.length).toBeGreaterThan(5);
      expect(more.filter((id) => !/edge-agent-[23]/.test(id))).toEqual([]);
      expect((await world.apply(grown)).status).toBe('ok');
      const after = ignitionTexts((await world.plan(grown)).plan);
      for (const [guest, text] of before) expect(after.get(guest)).toBe(text);
      expect(await needed(world, grown)).toEqual([]);

      // Undo of the first run takes its kubeconfig away.
      expect(run).not.toBe('');
      await undoRun(run, world.options);
      expect(existsSync(file)).toBe(false);
    });
  });

  test('is not touched where its token cannot be read back, or is another one', async () => {
    await withRollWorld('edge', {}, async (world) => {
      expect((await world.apply(answers())).status).toBe('ok');
      const other = await world.plan(answers({ options: ', token: bbbbbbbbbbbbbbbbbbbbbbbb' }));
      expect(errors(other.plan)).toEqual([
        'cluster edge was made with another token, and takes no guest with this one',
      ]);
      const alone = await world.plan(
        answers({ more: ', ignition: "{\\"ignition\\":{\\"version\\":\\"3.3.0\\"},\\"x\\":1}"' }),
      );
      expect(errors(alone.plan)).toEqual([
        'making edge-server-1 anew would lose the cluster: it is its only server',
      ]);
      writeFileSync(path.join(world.home, 'edge.kubeconfig'), 'server: https://elsewhere:6443\n');
      expect(errors((await world.plan(answers())).plan)).toEqual([
        `${path.join(world.home, 'edge.kubeconfig')} is there already, and does not lead to this cluster`,
      ]);
      const file = snippet(world, 'edge-server-1');
      writeFileSync(file ?? '', '{}');
      expect(errors((await world.plan(answers())).plan)).toContainEqual(
        expect.stringContaining(
          'edge-server-1 is there, but the token that cluster edge was made with is not',
        ),
      );
    });
  });

  test('by kubeadm, its kubeconfig comes once a server has joined', async () => {
    await withRollWorld('edge', {}, async (world) => {
      const text = answers({ preset: 'kubernetes' });
      expect((await world.apply(text)).status).toBe('ok');
      expect(readFileSync(path.join(world.home, 'edge.kubeconfig'), 'utf8')).toContain('# Simulated');
      expect(await needed(world, text)).toEqual([]);
    });
  });
});

describe('what a plan does', () => {
  test("no guest is made before a server's Ignition, which the token is read back from, is written", () => {
    const { steps } = presetPlan({ preset: 'k3s' });
    const clones = steps.filter(({ verb }) => verb === 'clone-guest');
    expect(clones).toHaveLength(5);
    for (const { needs } of clones)
      expect(needs).toContainEqual(expect.stringMatching(/^write proxwright-edge-server-1\.ign on /));
  });

  test("another cluster's servers are not taken for this one's", () => {
    const made = presetPlan({ preset: 'k3s', options: '{ token: cccccccccccccccccccccccc }' });
    const text = ignitionTexts(made).get('edge-server-1') ?? '';
    const at = (name: string) => ({
      node: 'pve1',
      storage: 'local',
      path: `/s/snippets/proxwright-${name}.ign`,
      sha256: '',
    });
    const tokenOf = (name: string): string => {
      const facts = { ...lab, snippets: [at(name)] };
      const texts = new Map([[`pve1:/s/snippets/proxwright-${name}.ign`, text]]);
      return tokenIn(ignitionTexts(presetPlan({ preset: 'k3s', facts, texts })).get('edge-server-1'), /./);
    };
    expect(tokenOf('edge-server-2')).toBe('cccccccccccccccccccccccc');
    for (const foreign of ['edge-server-x-1', 'my-edge-server-1', 'edge-worker-1'])
      expect(tokenOf(foreign)).toMatch(/^[0-9a-f]{64}$/);
  });

  test('servers are made anew one after the other, each behind the open port of the one before', async () => {
    await withRollWorld('edge', {}, async (world) => {
      expect((await world.apply(answers({ servers: 3 }))).status).toBe('ok');
      const { plan } = await world.plan(answers({ servers: 3, options: ', endpoint: k8s.lab' }));
      expect(errors(plan)).toEqual([]);
      const needs = (id: RegExp) => plan.steps.find((step) => id.test(step.id))?.needs ?? [];
      expect(plan.steps.filter(({ id }) => id.startsWith('shut down old edge-server-'))).toHaveLength(3);
      expect(needs(/^clone edge-server-2$/)).toContainEqual(
        expect.stringMatching(/^remove old edge-server-1 /),
      );
      expect(needs(/^remove old edge-server-1 /)).toContain('wait for edge-server-1');
      const wait = plan.steps.find(({ id }) => id === 'wait for edge-server-1');
      expect(wait?.args).toMatchObject({ port: 6443, address: '10.0.20.11' });
      const kube = await world.plan(answers({ servers: 3, preset: 'kubernetes' }));
      expect(errors(kube.plan)).toContainEqual(
        expect.stringContaining('edge-server-1 cannot be made anew: etcd'),
      );
      const fewer = await world.plan(answers({ servers: 1 }));
      expect(errors(fewer.plan)).toEqual([
        'without edge-server-3, edge-server-2 the cluster would stand still: 1 of 3 servers are no majority',
      ]);
    });
  });
});

describe('who may begin a cluster', () => {
  const wish = { preset: 'k3s', options: '{ token: dddddddddddddddddddddddd }' };
  const made = presetPlan(wish);
  const texts = new Map(
    made.steps.flatMap(({ verb, args }) => {
      const { node, path: file, content } = args as { node: string; path: string; content: Secret };
      return verb === 'write-file' ? [[`${node}:${file}`, reveal(content)] as const] : [];
    }),
  );
  const after = carriedOut(made, lab);
  const without = (...names: string[]): Facts => ({
    ...after,
    guests: after.guests.filter(({ name }) => !names.includes(name)),
  });
  const firsts = (plan: Plan): string[] =>
    ['edge-server-1', 'edge-server-2', 'edge-worker-1'].map(
      (guest) =>
        /^FIRST=(.*)$/m.exec(filesIn(ignitionOf(plan, guest)).get('/etc/proxwright/preset.env') ?? '')?.[1] ??
        '',
    );

  test('the first server of a new one alone, and it stays so while it stays', () => {
    expect(firsts(made)).toEqual(['yes', 'no', 'no']);
    expect(firsts(presetPlan({ ...wish, facts: after, texts }))).toEqual(['yes', 'no', 'no']);
  });

  test('nobody, where the first server is lost and others are there, however silent', () => {
    const again = presetPlan({ ...wish, facts: without('edge-server-1'), texts });
    expect(firsts(again)).toEqual(['no', 'no', 'no']);
    expect(again.findings.map(({ message }) => message)).toContain(
      'edge-server-1 begins no cluster: it waits until one of edge-server-2, edge-server-3 lets it in',
    );
    // What it was made with then is no reason to write its config anew.
    const now = new Map([...texts].map(([file]) => [file, textAt(again, file) ?? texts.get(file) ?? '']));
    expect(firsts(presetPlan({ ...wish, facts: after, texts: now }))).toEqual(['no', 'no', 'no']);
  });

  test('the first server, where all are lost', () => {
    const facts = without('edge-server-1', 'edge-server-2', 'edge-server-3');
    expect(firsts(presetPlan({ ...wish, facts, texts }))).toEqual(['yes', 'no', 'no']);
  });

  test('so other servers are not even made before the first one starts', () => {
    const needs = (name: string) => made.steps.find(({ id }) => id === `clone ${name}`)?.needs;
    expect(needs('edge-server-2')).toContain('start edge-server-1');
    expect(needs('edge-server-3')).toContain('start edge-server-1');
    expect(needs('edge-server-1')).not.toContain('start edge-server-1');
    expect(needs('edge-worker-1')).not.toContain('start edge-server-1');
  });
});

describe('what a plan says', () => {
  test.each([
    [
      'two servers',
      { servers: 2 },
      '2 servers in server bear no more failures than 1 do: etcd needs more than half of them',
    ],
    [
      'an unknown sum',
      { options: '{ install: sysext }' },
      "the sum of k3s v1.36.4+k3s1 is not known here: each guest takes it from its publisher's list",
    ],
    [
      'kubelets with one server to talk to',
      { preset: 'kubernetes' },
      'without an endpoint all nodes talk to the first server alone: while it is away, the cluster takes no orders',
    ],
  ])('of %s', (_, wish, message) => {
    expect(presetPlan({ preset: 'k3s', ...wish }).findings.map((finding) => finding.message)).toContain(
      message,
    );
  });

  test('of a token that may not read files in guests', () => {
    const privileges = { '/': ['VM.GuestAgent.Audit'] };
    const facts = { ...lab, access: { user: 'ci@pve!x', root: false, privileges } };
    const plan = presetPlan({ preset: 'k3s', options: '{ kubeconfig: /x }', facts });
    expect(plan.findings.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(
        /^ci@pve!x lacks VM\.GuestAgent\.FileRead on \/vms\/\d+, needed to fetch the kubeconfig of edge/,
      ),
    );
  });
});

function textAt(plan: Plan, file: string): string | undefined {
  const step = plan.steps.find(({ verb, args }) => {
    const { node, path: to } = args as { node?: string; path?: string };
    return verb === 'write-file' && `${node}:${to}` === file;
  });
  return step && reveal((step.args as unknown as { content: Secret }).content);
}

function errors(plan: { findings: readonly { severity: string; message: string }[] }): string[] {
  return plan.findings.filter(({ severity }) => severity === 'error').map(({ message }) => message);
}

function snippet({ stateDir }: RollWorld, guest: string): string | undefined {
  return allFiles(stateDir).find((name) => name.endsWith(`/proxwright-${guest}.ign`));
}

function serverConfig(world: RollWorld): string | undefined {
  const file = snippet(world, 'edge-server-1');
  return file && readFileSync(file, 'utf8');
}

function tokenIn(ignition: string | undefined, shape = /^[0-9a-f]{64}$/): string {
  const { storage } = JSON.parse(ignition ?? '{}') as {
    storage: { files: { path: string; contents: { source: string } }[] };
  };
  const source = storage.files.find((file) => file.path === '/etc/proxwright/token')?.contents.source ?? '';
  const token = decodeURIComponent(source.replace(/^data:,/, '')).trim();
  expect(token).toMatch(shape);
  return token;
}

function filesWith(folder: string, text: string): string[] {
  return allFiles(folder).filter((file) => readFileSync(file).includes(text));
}

function allFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}
