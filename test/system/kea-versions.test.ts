import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findKeas, holdsPacketSocket } from '../../src/kea/processes.ts';
import { tool } from './environment.ts';
import { debianWithKea, goInside, type Inside } from './kea-chroot.ts';
import { Lab, remains, whyNot } from './kea-lab.ts';

const mmdebstrap = tool('mmdebstrap', 'mmdebstrap');
const reason = whyNot() ?? (mmdebstrap.missing ? 'needs the Debian package mmdebstrap' : undefined);

/** Debian's suites with another Kea than Debian 12's, whose paths for sockets, leases and hooks are restricted. */
const SUITES: readonly [suite: string, kea: RegExp][] = [['trixie', /^2\.6\./]];

describe.skipIf(reason && !process.env.CI).each(SUITES)(
  `the Kea of Debian %s, in Debian's own folders${reason ? ` (${reason})` : ''}`,
  (suite, version) => {
    let lab: Lab;
    let inside: Inside;
    const conf = (vmid: number, address: string): void =>
      lab.conf(
        vmid,
        `name: guest-${vmid}\nnet0: virtio=BC:24:11:00:03:${(vmid - 100).toString(16).padStart(2, '0')},bridge=${lab.bridge}\n` +
          `ipconfig0: ip=${address}/24,gw=10.11.0.1,ip6=fd00:11::${vmid}/64\nnameserver: 10.11.0.53\n`,
      );
    const keas = (): number[] =>
      findKeas((file) => file.startsWith('/run/kea/proxwright-')).map(({ pid }) => pid);

    beforeAll(async () => {
      const debian = await debianWithKea(suite);
      lab = new Lab({ PROXWRIGHT_KEA_DHCP6: '1' });
      // As an installed agent has them.
      delete lab.variables.PROXWRIGHT_KEA_RUN;
      delete lab.variables.PROXWRIGHT_KEA_LEASES;
      inside = await goInside(debian, lab.folder);
      lab.enter = inside.enter;
      for (const vmid of [100, 101, 102]) conf(vmid, `10.11.0.${vmid}`);
      await lab.startAgent();
    }, 300_000);

    afterAll(async () => {
      await lab?.end();
      await inside?.leave();
      expect(keas()).toEqual([]);
      expect(remains(lab)).toEqual([]);
    });

    test('serves, for IPv6 too, without a complaint', async () => {
      const status = await lab.until(({ networks }) => networks[0]?.state === 'serving', 'served');
      expect(status.kea.version).toMatch(version);
      expect(status.networks[0]?.detail).toBeUndefined();
      const six = (): unknown[] => findKeas((file) => /^\/run\/kea\/proxwright-.*\.v6\.json$/.test(file));
      await lab.until(
        ({ networks }) => networks[0]?.detail === undefined && six().length === 1,
        'DHCPv6 runs',
      );
      expect(await lab.dhcp(lab.guest('bc:24:11:00:03:00'))).toMatchObject({
        ip: '10.11.0.100',
        router: '10.11.0.1',
        dns: '10.11.0.53',
        hostname: 'guest-100',
      });
      expect(await lab.dhcp(lab.guest('bc:24:11:00:03:ff'), { seconds: 2 })).toBeUndefined();
    });

    test('a change is a swap of two generations, leases and all; then another', async () => {
      const one = lab.guest('bc:24:11:00:03:01');
      expect(await lab.dhcp(one)).toMatchObject({ ip: '10.11.0.101' });
      for (const last of [151, 152]) {
        conf(102, `10.11.0.${last}`);
        const status = await lab.until(
          ({ networks }) => networks[0]?.guests.some(({ address }) => address === `10.11.0.${last}`) ?? false,
          'changed',
        );
        expect(status.networks[0]).toMatchObject({ state: 'serving', restarts: 0 });
        expect(status.networks[0]?.detail).toBeUndefined();
        expect(status.networks[0]?.guests.find(({ vmid }) => vmid === 101)).toMatchObject({
          lease: 'active',
        });
      }
      expect(await lab.dhcp(lab.guest('bc:24:11:00:03:02'))).toMatchObject({ ip: '10.11.0.152' });
      expect(keas().filter(holdsPacketSocket)).toHaveLength(1);
    });

    test('an agent that is killed leaves it serving; the next one takes it over', async () => {
      const serving = keas().filter(holdsPacketSocket);
      await lab.stopAgent('SIGKILL');
      expect(await lab.dhcp(lab.guest('bc:24:11:00:03:00'))).toMatchObject({ ip: '10.11.0.100' });
      await lab.startAgent();
      await lab.until(({ networks }) => networks[0]?.state === 'serving', 'taken over');
      expect(keas().filter(holdsPacketSocket)).toEqual(serving);
    });
  },
);
