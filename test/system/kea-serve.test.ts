import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { localCommands } from '../../src/kea/commands.ts';
import type { Network, Reservation } from '../../src/kea/networks.ts';
import { debianFolders, namesOf } from '../../src/kea/place.ts';
import { findHooks, keaProgram } from '../../src/kea/program.ts';
import { whatKeaRefuses } from '../../src/kea/refusal.ts';
import { ip, Lab, remains, whyNot } from './kea-lab.ts';
import { rogueServer } from './rogue-server.ts';

const reason = whyNot();
if (reason && process.env.CI) throw new Error(`Kea's system tests must run in CI: ${reason}`);

describe.skipIf(reason)(`Kea serves what the guests' files say${reason ? ` (${reason})` : ''}`, () => {
  let lab: Lab;
  const nic = (octet: string, bridge = lab.bridge, more = ''): string =>
    `net0: virtio=BC:24:11:00:00:${octet},bridge=${bridge}${more}\n`;

  beforeAll(async () => {
    lab = new Lab();
    lab.conf(
      100,
      `name: web-1\n${nic('01')}ipconfig0: ip=10.7.0.5/24,gw=10.7.0.1\nnameserver: 1.1.1.1 9.9.9.9\nsearchdomain: a.example b.example\n` +
        `\n[before]\nipconfig0: ip=10.7.0.99/24\nname: old\n`,
    );
    lab.conf(101, `${nic('02')}ipconfig0: ip=172.20.0.9/16,gw=172.20.0.1\n`);
    lab.conf(102, `${nic('03')}ipconfig0: ip=10.7.0.7/32,gw=10.7.0.1\n`);
    lab.conf(103, `template: 1\n${nic('04')}ipconfig0: ip=10.7.0.8/24\n`);
    lab.conf(104, 'net0: rubbish\nipconfig0: ip=1.2.3\n');
    lab.conf(
      105,
      `name: ${'x'.repeat(255)}\n${nic('05').toLowerCase()}ipconfig0: ip=10.7.0.10/24\nnameserver: ::1 dns\n`,
    );
    lab.conf(106, `${nic('06')}ipconfig0: ip=10.7.0.5/24\n`);
    lab.conf(123456789, `${nic('07')}ipconfig0: ip=10.7.0.11/24\n`);
    lab.conf(
      200,
      `hostname: box\nnet0: name=eth0,bridge=${lab.bridge},hwaddr=BC:24:11:00:00:08,ip=10.7.0.12/24,gw=10.7.0.1,type=veth\n`,
      'lxc',
    );
    await lab.startAgent();
    await lab.until(({ networks }) => networks[0]?.state === 'serving', 'the bridge is served');
  });

  afterAll(async () => {
    await lab.end();
    expect(remains(lab)).toEqual([]);
  });

  test('address, router, DNS, search and hostname are those of the configuration', async () => {
    expect(await lab.dhcp(lab.guest('bc:24:11:00:00:01'))).toMatchObject({
      ip: '10.7.0.5',
      mask: '24',
      router: '10.7.0.1',
      dns: '1.1.1.1 9.9.9.9',
      domain: 'a.example',
      search: 'a.example b.example',
      hostname: 'web-1',
    });
  });

  test('a second subnet, a single address, a container, a long id: each guest gets its own', async () => {
    const [second, single, long, box, named] = await Promise.all(
      ['02', '03', '07', '08', '05'].map((octet) => lab.dhcp(lab.guest(`bc:24:11:00:00:${octet}`))),
    );
    expect(second).toMatchObject({ ip: '172.20.0.9', mask: '16', router: '172.20.0.1' });
    expect(second?.dns).toBeUndefined();
    expect(single).toMatchObject({ ip: '10.7.0.7', mask: '32', router: '10.7.0.1' });
    expect(long).toMatchObject({ ip: '10.7.0.11' });
    expect(long?.router).toBeUndefined();
    expect(box).toMatchObject({ ip: '10.7.0.12', hostname: 'box' });
    expect(named).toMatchObject({ ip: '10.7.0.10' });
    expect(named?.hostname).toBeUndefined();
  });

  test('unknown machines, templates and losers of an address get silence', async () => {
    const answers = await Promise.all([
      lab.dhcp(lab.guest('bc:24:11:00:00:99'), { seconds: 2 }),
      lab.dhcp(lab.guest('bc:24:11:00:00:98'), { seconds: 2, requested: '10.7.0.5' }),
      lab.dhcp(lab.guest('bc:24:11:00:00:04'), { seconds: 2 }),
      lab.dhcp(lab.guest('bc:24:11:00:00:06'), { seconds: 2 }),
    ]);
    expect(answers).toEqual([undefined, undefined, undefined, undefined]);
  });

  test('what is wrong is said of the guest that it concerns', async () => {
    const { findings } = await lab.status();
    expect([
      ...new Set(findings.filter(({ severity }) => severity !== 'info').map(({ vmid }) => vmid)),
    ]).toEqual([104, 105, 106]);
  });

  test('a changed address reaches a guest when it renews', async () => {
    const client = lab.client(lab.guest('bc:24:11:00:00:0a'));
    lab.conf(110, `${nic('0a')}ipconfig0: ip=10.7.0.20/24,gw=10.7.0.1\n`);
    await client.until(({ ip }) => ip === '10.7.0.20');
    lab.conf(110, `${nic('0a')}ipconfig0: ip=10.7.0.21/24,gw=10.7.0.1\n`);
    await lab.until(
      ({ networks }) => networks[0]?.guests.some(({ address }) => address === '10.7.0.21') ?? false,
      'seen',
    );
    client.renew();
    await client.until(({ ip }) => ip === '10.7.0.21');
  });

  test('two guests that swap their addresses get them, with the old leases still running', async () => {
    const [one, two] = [lab.guest('bc:24:11:00:00:0b'), lab.guest('bc:24:11:00:00:0c')];
    const give = (first: string, second: string): void => {
      lab.conf(111, `${nic('0b')}ipconfig0: ip=${first}/24\n`);
      lab.conf(112, `${nic('0c')}ipconfig0: ip=${second}/24\n`);
    };
    give('10.7.0.30', '10.7.0.31');
    await lab.until(
      ({ networks }) => networks[0]?.guests.some(({ vmid }) => vmid === 112) ?? false,
      'served',
    );
    const ask = () => Promise.all([lab.dhcp(one, { seconds: 6 }), lab.dhcp(two, { seconds: 6 })]);
    expect((await ask()).map((bound) => bound?.ip)).toEqual(['10.7.0.30', '10.7.0.31']);
    await lab.until(
      ({ networks }) =>
        networks[0]?.guests.filter(({ vmid, lease }) => vmid > 110 && vmid < 113 && lease === 'active')
          .length === 2,
      'both leases are known',
    );
    give('10.7.0.31', '10.7.0.30');
    await lab.until(
      ({ networks }) =>
        networks[0]?.guests.some(({ vmid, address }) => vmid === 111 && address === '10.7.0.31') === true &&
        networks[0].guests.some(({ vmid, address }) => vmid === 112 && address === '10.7.0.30'),
      'swapped',
    );
    expect((await ask()).map((bound) => bound?.ip)).toEqual(['10.7.0.31', '10.7.0.30']);
  });

  test('a firewall bridge is joined when it is made, and left when it is gone', async () => {
    lab.conf(120, `${nic('0d', lab.bridge, ',firewall=1')}ipconfig0: ip=10.7.0.40/24\n`);
    writeFileSync(`${lab.pve}/firewall/120.fw`, '[OPTIONS]\nenable: 1\ndhcp: 0\n');
    const bridge = 'fwbr120i0';
    await lab.until(
      ({ networks }) => networks.some((network) => network.bridge === bridge && network.state === 'waiting'),
      'it waits',
    );
    for (const _ of [1, 2]) {
      lab.addBridge(bridge);
      await lab.until(
        ({ networks }) =>
          networks.some((network) => network.bridge === bridge && network.state === 'serving'),
        'joined',
      );
      expect(await lab.dhcp(lab.guest('bc:24:11:00:00:0d', bridge))).toMatchObject({ ip: '10.7.0.40' });
      lab.removeBridge(bridge);
      await lab.until(
        ({ networks }) =>
          networks.some(
            ({ bridge: name, state, generation }) => name === bridge && state === 'waiting' && !generation,
          ),
        'left',
      );
    }
  });

  const six = existsSync('/usr/sbin/kea-dhcp6') && existsSync('/usr/sbin/dhclient');
  if (!six && process.env.CI)
    throw new Error('CI needs the Debian packages kea-dhcp6-server and isc-dhcp-client');
  test.skipIf(!six)('DHCPv6, where it is asked for (needs kea-dhcp6-server, isc-dhcp-client)', async () => {
    const other = new Lab({ PROXWRIGHT_KEA_DHCP6: '1' });
    try {
      const set = (address: string): void =>
        other.conf(100, `${nic('01', other.bridge)}ipconfig0: ip=10.7.0.5/24,ip6=${address}/64\n`);
      const ask = async (guest: string): Promise<string | undefined> => {
        const leases = `${other.folder}/six`;
        rmSync(leases, { force: true });
        const files = ['-lf', leases, '-pf', `${leases}.pid`, '-sf', '/bin/true'];
        const client = ['dhclient', '-6', '-1', '-d', '-D', 'LL', ...files, 'eth0'];
        const child = other.spawn(['nsenter', `--net=/run/netns/${guest}`, ...client]);
        for (let tries = 0; tries < 300 && !existsSync(leases); tries += 1) await sleep(20);
        for (let tries = 0; tries < 200 && !/iaaddr/.test(readFileSync(leases, 'utf8')); tries += 1)
          await sleep(20);
        child.kill('SIGKILL');
        return /iaaddr (\S+)/.exec(readFileSync(leases, 'utf8'))?.[1];
      };
      set('fd00:7::5');
      await other.startAgent();
      const guest = other.guest('bc:24:11:00:00:01');
      await sleep(2_000);
      expect(await ask(guest)).toBe('fd00:7::5');
      set('fd00:7::6');
      await other.until(({ networks }) => networks[0]?.generation?.number === 2, 'changed');
      await sleep(300);
      expect(await ask(guest)).toBe('fd00:7::6');
    } finally {
      await other.end();
      expect(remains(other)).toEqual([]);
    }
  });

  test('a reservation that Kea does not take is found among all others', async () => {
    const reservation = (vmid: number, mac: string): Reservation => ({
      ...{ vmid, nic: 'net0', mac, address: `10.7.0.${vmid}`, prefix: 24, ipv6: undefined },
      ...{ gateway: undefined, hostname: undefined, dnsServers: [], searchDomains: [] },
    });
    const network: Network = {
      ...{ bridge: lab.bridge, vlan: null },
      reservations: [
        reservation(100, 'bc:24:11:00:00:01'),
        reservation(101, 'zz'),
        reservation(102, 'bc:24:11:00:00:03'),
      ],
    };
    const folders = { ...debianFolders, hooks: findHooks(), run: lab.folder, leases: lab.folder };
    const names = namesOf(network, { run: lab.variables.PROXWRIGHT_KEA_RUN as string, node: hostname() });
    const commands = localCommands({ variables: process.env, kill: () => false });
    const kea = keaProgram({ program: '/usr/sbin/kea-dhcp4', folders }, { commands, now: () => 0 });
    const refused = await whatKeaRefuses(network, { names, slot: 'a', kea });
    expect(refused.map(({ reservation: { vmid } }) => vmid)).toEqual([101]);
    expect(refused[0]?.why).toMatch(/zz|hwaddr|hardware/i);
  });

  test('another DHCP server on the wire is noticed', async () => {
    const { namespace } = (await lab.status()).networks.find(({ bridge }) => bridge === lab.bridge) as {
      namespace: string;
    };
    const probe = async (): Promise<unknown> => {
      const child = lab.spawn([
        'nsenter',
        `--net=/run/netns/${namespace}`,
        process.execPath,
        lab.program,
        'probe',
        '--json',
      ]);
      let text = '';
      child.stdout?.on('data', (part: Buffer) => {
        text += part;
      });
      await new Promise((resolve) => child.once('close', resolve));
      return JSON.parse(text);
    };
    expect(await probe()).toEqual({ servers: [] });
    const server = rogueServer(lab, '10.66.0.1');
    await sleep(300);
    expect(await probe()).toEqual({ servers: ['10.66.0.1'] });
    server.kill('SIGKILL');
  });

  test('a bridge that is reloaded is joined again', async () => {
    const guest = lab.guest('bc:24:11:00:00:01');
    const port = (await lab.status()).networks.find(({ bridge }) => bridge === lab.bridge)?.port as string;
    ip('link', 'set', port, 'nomaster');
    expect(await lab.dhcp(guest)).toMatchObject({ ip: '10.7.0.5' });
  });
});
