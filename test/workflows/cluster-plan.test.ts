import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadAnswers } from '../../src/answers/load.ts';
import { realFilesDir } from '../../src/butane/real-files.ts';
import type { Facts, GuestFacts } from '../../src/facts/facts.ts';
import type { ResolvedImage } from '../../src/images/resolve.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { serializePlan } from '../../src/plan/serialize.ts';
import type { StepValue } from '../../src/plan/step.ts';
import { readIdentity } from '../../src/pve/description.ts';
import { verbs } from '../../src/steps/all.ts';
import { sha256 } from '../../src/steps/write-file.ts';
import { workflows } from '../../src/workflows/all.ts';
import type { ClusterAnswers } from '../../src/workflows/cluster/answers.ts';
import { planCluster } from '../../src/workflows/cluster/plan.ts';

const folder = path.resolve(import.meta.dirname, '../../src/workflows/cluster/examples');
const names = readdirSync(folder).flatMap((file) => /^(.*)\.yaml$/.exec(file)?.[1] ?? []);

/** What resolving the catalogue's image gave; the plan only carries it along. */
const image = (transport: 'cloud-init' | 'fw_cfg'): ResolvedImage => ({
  id: 'flatcar-stable',
  title: 'Flatcar stable',
  version: '4593.0.0',
  arch: 'amd64',
  url: `https://stable.release.flatcar-linux.net/amd64-usr/4593.0.0/${transport}.img`,
  fileName: `flatcar-stable-4593.0.0-${transport === 'fw_cfg' ? 'qemu' : 'proxmoxve'}-amd64.qcow2`,
  format: 'qcow2',
  checksum: { algorithm: 'sha512', value: 'ab'.repeat(64) },
  verifiedBy: { kind: 'signature', fingerprint: 'F88CFEDEFF29A5B4D9523864E25D9AED0593B34A' },
  ignition: {
    specs: ['3.0.0', '3.1.0', '3.2.0', '3.3.0', '3.4.0'],
    transport,
    transports: [transport],
    vendorData: true,
  },
});

describe('answers and facts make this plan', () => {
  test.each(names)('%s', (name) => {
    const plan = planOf(name, factsOf(name));
    const { steps, ...rest } = serializePlan(plan).plan as unknown as Plan;
    const text = `${JSON.stringify({ ...rest, steps }, null, 1)}\n`;
    expect(text).not.toMatch(/very-secret|rounds=4096/);
    const file = path.join(folder, `${name}.plan.json`);
    if (process.env.WRITE_PLANS) writeFileSync(file, text);
    expect(JSON.parse(text)).toEqual(JSON.parse(readFileSync(file, 'utf8')));
  });

  test('equal input, equal plan', () => {
    const one = serializePlan(planOf('three-servers', factsOf('three-servers')));
    expect(serializePlan(planOf('three-servers', factsOf('three-servers')))).toEqual(one);
  });

  test('after the plan is carried out there is nothing left to do', () => {
    const facts = factsOf('again');
    const plan = planOf('again', facts);
    const left = plan.steps.filter((step) => verbs.get(step.verb)?.check(step.args, facts).needed);
    expect(left.map((step) => step.id)).toEqual([]);
  });
});

function planOf(name: string, facts: Facts): Plan {
  const file = `${name}.yaml`;
  const { answers, issues } = loadAnswers(
    [{ name: file, text: readFileSync(path.join(folder, file), 'utf8') }],
    {
      workflows,
      env: {},
      readFile: (secret) => readFileSync(path.join(folder, secret), 'utf8'),
    },
  );
  expect(issues).toEqual([]);
  const job = answers?.jobs[0];
  const cluster = job?.answers as ClusterAnswers;
  const files = new Map(
    readdirSync(folder).map((entry) => [entry, readFileSync(path.join(folder, entry), 'utf8')]),
  );
  const { transport } = cluster.ignition;
  const images = new Map([[`${cluster.image}/${transport}`, image(transport)]]);
  return planCluster(cluster, facts, {
    files,
    images,
    filesDir: () => realFilesDir(folder, folder),
    path: job?.path ?? '',
  });
}

/** The lab's facts, with what NAME.facts.json puts in their place (`key+`: adds). */
function factsOf(name: string): Facts {
  const lab = read<Facts>('lab.facts.json');
  const file = `${name}.facts.json`;
  if (!existsSync(path.join(folder, file))) return lab;
  const { after, ...changes } = read<Record<string, unknown> & { after?: string }>(file);
  const facts: Record<string, unknown> = { ...(after ? carriedOut(planOf(after, lab), lab) : lab) };
  for (const [key, value] of Object.entries(changes)) {
    if (key.endsWith('+'))
      facts[key.slice(0, -1)] = [...(facts[key.slice(0, -1)] as unknown[]), ...(value as unknown[])];
    else facts[key] = value;
  }
  return facts as unknown as Facts;
}

/** The facts of a target on which every step of a plan did what it says. */
function carriedOut(plan: Plan, facts: Facts): Facts {
  const guests = new Map<number, GuestFacts>();
  const after = {
    ...facts,
    snippets: [...facts.snippets],
    pools: [...facts.pools],
    storages: facts.storages,
  };
  for (const { verb, args } of plan.steps) {
    const said = args as Record<string, StepValue> & { guest?: { vmid: number; node: string; name: string } };
    const { guest } = said;
    if (verb === 'make-pool') after.pools.push(String(said.pool));
    if (verb === 'set-storage-content') {
      after.storages = after.storages.map((row) =>
        row.storage === said.storage ? { ...row, content: [...row.content, ...(said.add as string[])] } : row,
      );
    }
    if (verb === 'write-file') {
      const content = said.content as { reveal(): string };
      after.snippets.push({
        node: String(said.node),
        storage: '',
        path: String(said.path),
        sha256: sha256(content.reveal()),
      });
    }
    if ((verb === 'clone-guest' || verb === 'create-template') && guest) {
      const description = String(said.description ?? (said.config as Record<string, unknown>).description);
      const identity = readIdentity(description);
      const template = verb === 'create-template';
      guests.set(guest.vmid, {
        ...guest,
        type: 'qemu',
        status: 'running',
        template,
        tags: [],
        macs: [],
        addresses: [],
        config: template
          ? Object.fromEntries(Object.entries(said.config as object).map(([k, v]) => [k, String(v)]))
          : {},
        ...(identity ? { identity } : {}),
      });
    }
    if (verb === 'configure-guest' && guest) {
      const known = guests.get(guest.vmid)!;
      const config = Object.fromEntries(Object.entries(said.set as object).map(([k, v]) => [k, String(v)]));
      guests.set(guest.vmid, { ...known, config: { ...known.config, ...config } });
    }
    if (verb === 'grow-disk' && guest) {
      const known = guests.get(guest.vmid)!;
      const disk = { [String(said.disk)]: `local-lvm:vm-${guest.vmid}-disk-0,size=${said.size}` };
      guests.set(guest.vmid, { ...known, config: { ...known.config, ...disk } });
    }
  }
  return { ...after, guests: [...guests.values()] };
}

function read<Value>(file: string): Value {
  return JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Value;
}
