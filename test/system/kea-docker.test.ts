import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tool } from './environment.ts';
import { bootContainerNode, INSIDE, onNode } from './kea-container-node.ts';
import { whyNot } from './kea-lab.ts';
import type { KeaNode } from './kea-node.ts';

const mmdebstrap = tool('mmdebstrap', 'mmdebstrap');
const reason = whyNot() ?? (mmdebstrap.missing ? 'needs the Debian package mmdebstrap' : undefined);
const IN_DOCKER = [...INSIDE, 'docker', 'exec', 'proxwright-kea'];

/** The plan of `kea: { mode: docker }` carried out with a real LXC and, in it, a real Docker of Debian 13. */
describe.skipIf(reason && !process.env.CI)(
  `Kea is installed by Docker${reason ? ` (${reason})` : ''}`,
  () => {
    const answers = (more = ''): string => `kea: { nodes: [pve1], mode: docker, vmid: 300${more} }`;
    let node: KeaNode;
    let untouched: string[];

    beforeAll(async () => {
      node = await bootContainerNode();
      untouched = await onNode(node);
    }, 300_000);

    afterAll(() => node?.close());

    test('by its plan; the image is built, and a client gets its address', async () => {
      await node.carryOut(await node.plan(answers()));
      expect(await node.client()).toMatchObject({ ip: '10.9.0.20', router: '10.9.0.1' });
      expect((await node.status(...IN_DOCKER)).agent).toMatchObject({ node: 'pve1', pollSeconds: 60 });
      const again = await node.plan(answers());
      expect(again.steps.filter(({ needed }) => needed)).toEqual([]);
    }, 180_000);

    test('while Docker itself starts anew, the same Kea serves on', async () => {
      const kea = await served();
      await node.said(...INSIDE, 'systemctl', 'restart', 'docker');
      expect(await node.client()).toMatchObject({ ip: '10.9.0.20' });
      expect(await served()).toBe(kea);
    }, 60_000);

    test('an agent that is killed, and a container that is started again, serve again', async () => {
      const { pid } = (await node.status(...IN_DOCKER)).agent;
      await node.said(...IN_DOCKER, 'kill', '-KILL', String(pid));
      await serves('10.9.0.20');
      for (const verb of ['shutdown', 'start']) await node.said('pct', verb, '300');
      await node.guest('10.9.0.21');
      await serves('10.9.0.21');
    }, 90_000);

    test('other settings make it anew; taken back, the older ones run again', async () => {
      await node.carryOut(await node.plan(answers(', poll: 15')));
      expect((await node.status(...IN_DOCKER)).agent.pollSeconds).toBe(15);
      await node.takeBack();
      expect((await node.status(...IN_DOCKER)).agent.pollSeconds).toBe(60);
      await serves('10.9.0.21');
    }, 90_000);

    test('taken back, the node is as it was', async () => {
      await node.takeBack();
      expect(await onNode(node)).toEqual(untouched);
      expect(await node.client()).toBeUndefined();
    }, 90_000);

    /** The process that answers on vmbr0. */
    async function served(): Promise<number | undefined> {
      return (await node.status(...IN_DOCKER)).networks[0]?.generation?.pid;
    }

    function serves(address: string): Promise<void> {
      return node.until(
        async () => (await node.client())?.ip === address,
        () => node.said(...INSIDE, 'docker', 'ps', '--all'),
      );
    }
  },
);
