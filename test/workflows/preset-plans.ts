import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Facts } from '../../src/facts/facts.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type { Secret } from '../../src/plan/secret.ts';
import { planFrom } from './plan-from.ts';

export const lab = JSON.parse(
  readFileSync(
    path.resolve(import.meta.dirname, '../../src/workflows/cluster/examples/lab.facts.json'),
    'utf8',
  ),
) as Facts;

export interface PresetWish {
  preset: string;
  options?: string;
  servers?: number;
  agents?: number;
  /** Of both groups, as it stands in YAML. */
  more?: string;
  facts?: Facts;
  texts?: ReadonlyMap<string, string>;
  files?: ReadonlyMap<string, string>;
}

/** The plan of a cluster with servers at fixed addresses, and agents. */
export function presetPlan(wish: PresetWish): Plan {
  const { preset, options = '{}', servers = 3, agents = 2, more = '', facts = lab } = wish;
  const text = `version: 1
clusters:
  - name: edge
    preset: ${preset}
    preset_options: ${options}
    groups:
      - { name: server, count: ${servers}, memory: 2048${more}, networks: [{ bridge: vmbr0, ip: 10.0.20.11/24 }] }
      - { name: worker, count: ${agents}, memory: 1024${more}, networks: [{ bridge: vmbr0, ip: 10.0.20.31/24 }] }
`;
  return planFrom({
    text,
    files: wish.files ?? new Map(),
    facts,
    ...(wish.texts ? { texts: wish.texts } : {}),
  });
}

interface Ignition {
  storage: { files: { path: string; mode?: number; contents?: { source?: string; compression?: string } }[] };
  systemd: { units: { name: string; contents?: string; enabled?: boolean; mask?: boolean }[] };
  [key: string]: unknown;
}

/** Guest → its Ignition file, as it goes to a node. */
export function ignitionTexts(plan: Plan): Map<string, string> {
  return new Map(
    plan.steps.flatMap(({ verb, args }) => {
      const { path: file, content } = args as { path?: string; content?: Secret };
      const name = /\/proxwright-(.*)\.ign$/.exec(file ?? '')?.[1];
      return verb === 'write-file' && name !== undefined && content
        ? [[name, content.reveal()] as const]
        : [];
    }),
  );
}

export function ignitionOf(plan: Plan, guest: string): Ignition {
  return JSON.parse(ignitionTexts(plan).get(guest) ?? '{}') as Ignition;
}

/** Path → text of the files that an Ignition config embeds. */
export function filesIn({ storage }: Ignition): Map<string, string> {
  return new Map(
    storage.files.map(({ path: file, contents }) => {
      const [, base64, data = ''] = /^data:[^,]*?(;base64)?,(.*)$/s.exec(contents?.source ?? '') ?? [];
      const bytes = Buffer.from(data, base64 ? 'base64' : 'utf8');
      if (!base64) return [file, decodeURIComponent(data)];
      return [file, (contents?.compression === 'gzip' ? gunzipSync(bytes) : bytes).toString('utf8')];
    }),
  );
}
