import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tool } from './environment.ts';
import { bootContainerNode, INSIDE, onNode } from './kea-container-node.ts';
import { whyNot } from './kea-lab.ts';
import type { KeaNode } from './kea-node.ts';

const mmdebstrap = tool('mmdebstrap', 'mmdebstrap');
const reason = whyNot() ?? (mmdebstrap.missing ? 'needs the Debian package mmdebstrap' : undefined);

/**
 * The plan of `kea: { mode: lxc }` carried out with a real LXC, Debian 13 in it with its systemd, on the network of the
 * node; the node's configuration of containers is the sandbox's.
 */
describe.skipIf(reason && !process.env.CI)(
  `Kea is installed in a container${reason ? ` (${reason})` : ''}`,
  () => {
    const answers = 'kea: { nodes: [pve1], mode: lxc, vmid: 300 }';
    let node: KeaNode;
    let untouched: string[];

    beforeAll(async () => {
      node = await bootContainerNode();
      await node.machine.host.write('/etc/resolv.conf', 'nameserver 10.9.0.53\n', { mode: 0o644 });
      untouched = await onNode(node);
    }, 300_000);

    afterAll(() => node?.close());

    test('by its plan; the container comes up whole, and a client gets its address', async () => {
      await node.carryOut(await node.plan(answers));
      expect(await node.said(...INSIDE, 'systemctl', 'is-system-running')).toBe('running');
      expect(await node.said(...INSIDE, 'systemctl', 'is-active', 'proxwright-kea')).toBe('active');
      expect(await node.client()).toMatchObject({
        ip: '10.9.0.20',
        router: '10.9.0.1',
        dns: '10.9.0.53',
      });
      const { networks, agent } = await node.status(...INSIDE);
      expect(agent.node).toBe('pve1');
      expect(networks).toMatchObject([{ bridge: 'vmbr0', state: 'serving', guests: [{ vmid: 100 }] }]);
    }, 120_000);

    test('a second time there is nothing to do', async () => {
      const again = await node.plan(answers);
      expect(again.steps.filter(({ needed }) => needed)).toEqual([]);
    });

    test('/etc/pve is mounted anew, as when pmxcfs starts again: what is in it is served', async () => {
      for (const command of [
        'cp -a /etc/pve /tmp/pve',
        'mount -t tmpfs tmpfs /etc/pve',
        'cp -a /tmp/pve /etc',
      ])
        await node.said(...command.split(' '));
      await node.guest('10.9.0.21');
      await node.until(
        async () => (await node.client())?.ip === '10.9.0.21',
        () => node.status(...INSIDE),
      );
    }, 60_000);

    test('an agent that is killed comes back and takes over; a container that is started again serves', async () => {
      const [network] = (await node.status(...INSIDE)).networks;
      await node.said(...INSIDE, 'systemctl', 'kill', '--signal=KILL', '--kill-whom=main', 'proxwright-kea');
      await node.until(
        async () => (await node.status(...INSIDE)).networks[0]?.state === 'serving',
        () => node.status(...INSIDE),
      );
      expect((await node.status(...INSIDE)).networks[0]?.generation?.pid).toBe(network?.generation?.pid);
      for (const verb of ['shutdown', 'start']) await node.said('pct', verb, '300');
      await node.until(
        async () => (await node.client())?.ip === '10.9.0.21',
        () => node.said(...INSIDE, 'systemctl', 'status', 'proxwright-kea'),
      );
    }, 60_000);

    test('a newer program: the agent is another, the Kea that serves is the same; and back again', async () => {
      const served = async (): Promise<number | undefined> =>
        (await node.status(...INSIDE)).networks[0]?.generation?.pid;
      const kea = await served();
      node.upgrade('second');
      const upgrade = await node.plan(answers);
      expect(upgrade.steps.filter(({ needed }) => needed).map(({ id }) => id)).toEqual([
        'install the program in kea-pve1',
        'run the agent in kea-pve1',
      ]);
      await node.carryOut(upgrade);
      expect(await served()).toBe(kea);
      await node.takeBack();
      expect(await served()).toBe(kea);
    }, 60_000);

    test('taken back, the node is as it was', async () => {
      await node.takeBack();
      await node.said('umount', '/etc/pve');
      expect(await onNode(node)).toEqual(untouched);
      expect(await node.client()).toBeUndefined();
      expect((await node.plan(answers, 'destroy')).steps).toEqual([]);
    }, 60_000);
  },
);
