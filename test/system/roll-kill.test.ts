import { afterAll, beforeAll, expect, test } from 'vitest';
import { KillWorld } from './kill-world.ts';

const answers = (version: number): string => `version: 1
clusters:
  - name: two
    nodes: [pve1]
    storage: local-lvm
    snippets: local
    groups:
      - name: g
        count: 2
        memory: 512
        networks: [{ bridge: vmbr0, ip: 192.168.1.50/24 }]
        ignition: { ignition: { version: 3.3.0 }, storage: { files: [{ path: /v${version} }] } }
`;

let world: KillWorld;

beforeAll(async () => {
  world = await KillWorld.open(answers(2), 'roll-kill', { before: answers(1), isFinal: true });
});

afterAll(() => world.close());

test('a roll that is killed is gone on with to the end of an undisturbed one', async () => {
  expect(world.entries).toBeGreaterThan(40);
  // Every third entry: clone, stop, start, wait and removal of either guest are among them.
  await world.killAt(Array.from({ length: Math.floor(world.entries / 3) }, (_, at) => 3 * at + 1));
}, 600_000);
