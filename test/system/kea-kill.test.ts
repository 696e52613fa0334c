import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KillWorld } from './kill-world.ts';

describe.each(['host', 'lxc', 'docker'])('mode %s', (mode) => {
  let world: KillWorld;

  beforeAll(async () => {
    world = await KillWorld.open(`version: 1\nkea: { nodes: [pve2], mode: ${mode} }\n`, `kea-kill-${mode}`);
  });

  afterAll(() => world.close());

  test('an installation that is killed at any entry of its journal is resumed to the same end, and undone', async () => {
    expect(world.entries).toBeGreaterThan(12);
    await world.killAt(Array.from({ length: world.entries }, (_, at) => at + 1));
  }, 600_000);
});
