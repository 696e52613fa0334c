import { afterAll, beforeAll, expect, test } from 'vitest';
import { KillWorld } from './kill-world.ts';

const answers = `version: 1
clusters:
  - name: five
    nodes: [pve1]
    storage: local-lvm
    snippets: local
    pool: five
    groups: [{ name: g, count: 5, memory: 512, networks: [{ bridge: vmbr0, ip: 192.168.1.50/24 }] }]
`;

let world: KillWorld;

beforeAll(async () => {
  world = await KillWorld.open(answers, 'kill');
});

afterAll(() => world.close());

test('a run of 5 guests that is killed at any entry of its journal is resumed to the same end, and undone', async () => {
  expect(world.entries).toBeGreaterThan(60);
  await world.killAt(Array.from({ length: world.entries }, (_, at) => at + 1));
}, 600_000);
