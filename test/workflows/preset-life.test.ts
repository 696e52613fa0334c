import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { runPlan, undoRun } from '../../src/commands/run-plan.ts';
import { serializePlan } from '../../src/plan/serialize.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { newToken, secretsFrom } from '../../src/workflows/cluster/preset-secrets.ts';
import { type RollWorld, withRollWorld } from '../system/roll-world.ts';
import { ignitionTexts, lab, presetPlan } from './preset-plans.ts';

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

function tokenIn(ignition: string | undefined): string {
  const { storage } = JSON.parse(ignition ?? '{}') as {
    storage: { files: { path: string; contents: { source: string } }[] };
  };
  const source = storage.files.find((file) => file.path === '/etc/proxwright/token')?.contents.source ?? '';
  const token = decodeURIComponent(source.replace(/^data:,/, '')).trim();
  expect(token).toMatch(/^[0-9a-f]{64}$/);
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
