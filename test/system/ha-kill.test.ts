import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseSections } from '../../src/sandbox/state/section-config.ts';
import { KillWorld, whole } from './kill-world.ts';

const answers = `version: 1
clusters:
  - name: two
    nodes: [pve1, pve2]
    storage: local-lvm
    snippets: local
    wait: { address: false }
    ha: { enabled: true, anti_affinity: true }
    groups: [{ name: g, count: 2, memory: 512 }]
`;

let world: KillWorld;

beforeAll(async () => {
  world = await KillWorld.open(answers, 'ha-kill', { look });
});

afterAll(() => world.close());

test('a run that puts two guests under HA is killed at any entry of its HA steps, resumed to the same end, and undone', async () => {
  const last = world.entries;
  // The steps of HA are the last ones: three journal entries each.
  await world.killAt(Array.from({ length: 13 }, (_, at) => last - at));
  expect(last).toBeGreaterThan(40);
}, 600_000);

/** Everything but when the manager woke, and in which order entries came that are made side by side. */
function look(stateDir: string): Map<string, string> {
  return new Map(
    [...whole(stateDir)].flatMap(([file, text]): [string, string][] => {
      if (!/(^|\/)ha\//.test(file)) return [[file, text]];
      const sections = parseSections(text).map((section) => JSON.stringify(section));
      return file.endsWith('.cfg') && sections.length > 0 ? [[file, sections.sort().join('\n')]] : [];
    }),
  );
}
