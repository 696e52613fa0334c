import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KillWorld } from './kill-world.ts';

/** Of a container's longer journals every third entry: what is new there is few steps. */
describe.each([
  ['host', 1],
  ['lxc', 3],
  ['docker', 3],
])('mode %s', (mode, step) => {
  let world: KillWorld;

  beforeAll(async () => {
    world = await KillWorld.open(`version: 1\nkea: { nodes: [pve2], mode: ${mode} }\n`, `kea-kill-${mode}`);
  });

  afterAll(() => world.close());

  test('an installation that is killed at any entry of its journal is resumed to the same end, and undone', async () => {
    expect(world.entries).toBeGreaterThan(12);
    const entries = Array.from({ length: world.entries }, (_, at) => at + 1);
    await world.killAt(entries.filter((entry) => entry % step === 0));
  }, 600_000);
});
