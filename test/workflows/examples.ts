import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { realFilesDir } from '../../src/butane/real-files.ts';
import type { Facts, GuestFacts } from '../../src/facts/facts.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { reveal, type Secret } from '../../src/plan/secret.ts';
import type { StepValue } from '../../src/plan/step.ts';
import { readIdentity } from '../../src/pve/description.ts';
import { sha256 } from '../../src/steps/write-file.ts';
import { planFrom } from './plan-from.ts';

/** The cluster workflow's examples: NAME.yaml and what NAME.facts.json changes in the lab's facts. */
const folder = path.resolve(import.meta.dirname, '../../src/workflows/cluster/examples');

export const exampleNames = readdirSync(folder).flatMap((file) => /^(.*)\.yaml$/.exec(file)?.[1] ?? []);

export function planOf(name: string, facts: Facts): Plan {
  const files = new Map(
    readdirSync(folder).map((entry) => [entry, readFileSync(path.join(folder, entry), 'utf8')]),
  );
  const text = files.get(`${name}.yaml`) ?? '';
  return planFrom({ text, files, facts, filesDir: realFilesDir(folder, folder), texts: textsOf(name) });
}

/** What the plan before has written, where an example comes after one. */
function textsOf(name: string): Map<string, string> {
  const file = `${name}.facts.json`;
  const { after } = existsSync(path.join(folder, file)) ? read<{ after?: string }>(file) : {};
  if (after === undefined) return new Map();
  const written = planOf(after, read<Facts>('lab.facts.json')).steps.filter(
    ({ verb }) => verb === 'write-file',
  );
  return new Map(
    written.map(({ args }) => {
      const said = args as { node: string; path: string; content: string | Secret };
      return [`${said.node}:${said.path}`, reveal(said.content)];
    }),
  );
}

/** The lab's facts, with what NAME.facts.json puts in their place (`key+`: adds). */
export function factsOf(name: string): Facts {
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
export function carriedOut(plan: Plan, facts: Facts): Facts {
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
          : { description },
        ...(identity ? { identity } : {}),
        ...(said.pool === undefined ? {} : { pool: String(said.pool) }),
      });
    }
    if (verb === 'configure-guest' && guest) {
      const known = guests.get(guest.vmid)!;
      const config = Object.fromEntries(Object.entries(said.set as object).map(([k, v]) => [k, String(v)]));
      const addresses = Object.keys(config)
        .sort()
        .flatMap((key) => (key.startsWith('ipconfig') && /ip6?=([^,/]+)\//.exec(config[key]!)?.[1]) || []);
      guests.set(guest.vmid, { ...known, addresses, config: { ...known.config, ...config } });
    }
    if (verb === 'grow-disk' && guest) {
      const known = guests.get(guest.vmid)!;
      const disk = { [String(said.disk)]: `local-lvm:vm-${guest.vmid}-disk-0,size=${said.size}` };
      guests.set(guest.vmid, { ...known, config: { ...known.config, ...disk } });
    }
  }
  return { ...after, guests: [...guests.values()] };
}

export function read<Value>(file: string): Value {
  return JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Value;
}
