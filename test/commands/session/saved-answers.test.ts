import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prepare } from '../../../src/commands/planning/prepare.ts';
import { readAnswers } from '../../../src/commands/planning/read-answers.ts';
import { type SessionWork, sessionWork } from '../../../src/commands/session/session-work.ts';
import type { Env } from '../../../src/env.ts';
import type { Facts } from '../../../src/facts/facts.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { serializePlan } from '../../../src/plan/serialize.ts';
import type { NamedKey, Press } from '../../../src/view/press.ts';
import type { Answers, PlannedRun } from '../../../src/view/session.ts';
import { wizardKey } from '../../../src/view/wizard/keys.ts';
import { standing } from '../../../src/view/wizard/moves.ts';
import { newWizard } from '../../../src/view/wizard/state.ts';
import { envIn } from '../../system/environment.ts';

/** What a wizard was told, saved, and carried out by a pipeline: the same plan as on the wizard's own screen. */
let home: string;
let env: Env;
let work: SessionWork;
let facts: Facts;

beforeAll(async () => {
  home = mkdtempSync(path.join(tmpdir(), 'proxwright-saved-'));
  mkdirSync(path.join(home, 'elsewhere'));
  writeFileSync(path.join(home, 'server.bu'), 'variant: flatcar\nversion: 1.1.0\n');
  env = envIn(home);
  const line = {
    command: undefined,
    operands: [],
    values: { target: 'sandbox' },
    switches: new Set<string>(),
    rest: [],
  };
  work = sessionWork(line, env, {
    first: { kind: 'sandbox', label: 'sandbox', release: '', nodes: 0 },
    talk: { warn: () => {}, ask: async () => false },
  });
  facts = await work.facts();
});
afterAll(async () => {
  await work.close();
  rmSync(home, { recursive: true, maxRetries: 5 });
});

/** Enter at each stop, but for those that are named: keys there, each key a name or typed text. */
type Walk = Readonly<Record<string, readonly string[]>>;

const walks: Readonly<Record<string, { workflow: string; at: Walk }>> = {
  'enter alone': { workflow: 'cluster', at: {} },
  'a config of its own': {
    workflow: 'cluster',
    at: { groups: ['home', 'enter'], 'groups.0.butane': ['server.bu', 'enter'] },
  },
  'k3s, behind an address that others see to': {
    workflow: 'cluster',
    at: {
      preset: ['home', 'enter'],
      preset_options: ['up', 'enter'],
      'preset_options.endpoint': ['k3s.lab.example', 'enter'],
    },
  },
  'fixed addresses on a VLAN': {
    workflow: 'cluster',
    at: {
      groups: ['home', 'enter'],
      'groups.0.#details': ['down', 'enter'],
      'groups.0.networks': ['home', 'enter'],
      'groups.0.networks.0.#details': ['down', 'enter'],
      'groups.0.networks.0.tag': ['20', 'enter'],
      'groups.0.networks.0.ip': ['ctrl-u', '10.0.20.11/24', 'enter'],
    },
  },
  'a share and a hookscript': {
    workflow: 'cluster',
    at: {
      groups: ['home', 'enter'],
      'groups.0.#details': ['down', 'enter'],
      'groups.0.virtiofs': ['home', 'enter'],
      'groups.0.virtiofs.0.path': ['/srv/data', 'enter'],
      'groups.0.virtiofs.0.tag': ['data', 'enter'],
      'groups.0.hookscripts': ['local:snippets/notify.pl', 'enter'],
    },
  },
  'high availability on shared storage, kept apart': {
    workflow: 'cluster',
    at: {
      storage: ['home', 'down', 'enter'],
      '#details': ['down', 'enter'],
      ha: ['up', 'enter'],
      'ha.enabled': ['home', 'enter'],
      'ha.anti_affinity': ['home', 'enter'],
    },
  },
  'full clones, a pool, a first id, notes of its own, one node': {
    workflow: 'cluster',
    at: {
      nodes: ['down', ' ', 'enter'],
      '#details': ['down', 'enter'],
      vmid: ['9100', 'enter'],
      pool: ['edge', 'enter'],
      clone: ['down', 'enter'],
    },
  },
  'updates two at once, with a pause': {
    workflow: 'cluster',
    at: {
      '#details': ['down', 'enter'],
      update: ['up', 'enter'],
      'update.max_surge': ['2', 'enter'],
      'update.pause': ['ctrl-u', '30', 'enter'],
    },
  },
  'two groups': {
    workflow: 'cluster',
    at: {
      groups: ['up', 'enter'],
      'groups.1.name': ['agent', 'enter'],
      'groups.1.memory': ['8192', 'enter'],
    },
  },
  'DHCP in containers': { workflow: 'kea', at: { mode: ['down', 'enter'] } },
  'an image of plain Debian': { workflow: 'maas-image', at: { proxmox: ['down', 'down', 'enter'] } },
};

test.each(Object.entries(walks))(
  '%s: saved and read again it is the same plan',
  async (name, { workflow, at }) => {
    const { answers, told } = walk(workflow, at);
    expect(told.toSorted(), 'every stop that was named was come to').toEqual(Object.keys(at).toSorted());
    const shown = await work.plan(workflow, answers);
    const file = path.join(home, `${name.replaceAll(/\W+/g, '-')}.yaml`);
    await work.save(workflow, answers, file);
    const read = readAnswers([file], env);
    const target = await work.opened();
    const prepared = await prepare(read.answers.jobs, { target, env, goal: 'apply', skip: [] });
    expect(comparable(prepared), readFileSync(file, 'utf8')).toEqual(comparable(shown));
  },
);

describe('in another folder', () => {
  const groups = [{ name: 'server', count: 1, butane: 'server.bu' }];
  const answers = { name: 'edge', image: 'flatcar-stable', groups };

  test('names that count from the answers are not led astray', async () => {
    await expect(work.save('cluster', answers, 'elsewhere/edge.yaml')).rejects.toThrow(
      'save it in the folder that this runs in: server.bu counts from there',
    );
  });

  test('full names, or none, are as good there', async () => {
    const full = [{ ...groups[0], butane: path.join(home, 'server.bu') }];
    await work.save('cluster', { ...answers, groups: full }, 'elsewhere/full.yaml');
    await work.save('cluster', { ...answers, groups: [{ name: 'server' }] }, 'elsewhere/none.yaml');
  });
});

/** Walks to the review as a person would, by keys alone. */
function walk(id: string, at: Walk): { answers: Answers; told: string[] } {
  const told: string[] = [];
  let state = newWizard;
  const left = new Map(Object.entries(at));
  for (let stop = 0; stop < 200; stop += 1) {
    const context = {
      questions: (answers: Answers) => work.questions(id, answers, facts),
      check: (answers: Answers, options: { complete: boolean }) => work.check(id, answers, options),
    };
    const entry = standing(state, context);
    const place = entry.kind === 'question' ? entry.path.join('.') : [...state.level, entry.id].join('.');
    const keys = left.get(place) ?? ['enter'];
    if (left.delete(place)) told.push(place);
    for (const key of keys) {
      const move = wizardKey(state, pressOf(key), context);
      state = move.state;
      if (move.effect === 'review') return { answers: state.answers, told };
    }
  }
  throw new Error(`no review was come to; the way stands at ${JSON.stringify([state.level, state.at])}`);
}

function pressOf(key: string): Press {
  const named: readonly NamedKey[] = ['enter', 'up', 'down', 'home'];
  const found = named.find((name) => name === key);
  if (found) return { key: found, text: '' };
  return key === 'ctrl-u' ? { key: 'ctrl', text: 'u' } : { key: 'text', text: key };
}

/** Without what stands for the file in paths, and the room on this disk, which changes meanwhile. */
function comparable({ plan, steps }: PlannedRun): unknown {
  const { findings, ...rest } = serializePlan(plan as Plan).plan as Record<string, unknown> & {
    findings: { path?: string; message: string }[];
  };
  return {
    ...rest,
    source: undefined,
    findings: findings.map(({ path: at = '', message, ...more }) => ({
      ...more,
      path: at.replace(/^(clusters\.0|kea|maas_image)\.?/, ''),
      message: message.replaceAll(/[\d.]+ GB free/g, ''),
    })),
    steps: steps.map(({ id, needed, calls }) => ({ id, needed, calls })),
  };
}
