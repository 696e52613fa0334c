import { describe, expect, test } from 'vitest';
import { type Guest, parseGuestConf } from '../../src/kea/guest-conf.ts';
import { withLastGood } from '../../src/kea/last-good.ts';
import { networksOf, quietSurroundings, type Surroundings } from '../../src/kea/networks.ts';
import { namesOf } from '../../src/kea/place.ts';

const guest = (vmid: number, text: string): Guest => parseGuestConf(text, { vmid, kind: 'qemu' });
const nic = (octet: string, more = ''): string =>
  `net0: virtio=BC:24:11:00:00:${octet},bridge=vmbr0${more}\n`;
const served = (guests: Guest[], around: Partial<Surroundings> = {}): string[] =>
  networksOf(guests, { ...quietSurroundings, ...around }).networks.flatMap(({ bridge, reservations }) =>
    reservations.map(({ vmid, address }) => `${bridge} ${vmid} ${address}`),
  );

describe('who is served what', () => {
  const two = [
    guest(101, `${nic('01')}ipconfig0: ip=10.0.0.5/24\n`),
    guest(100, `${nic('02')}ipconfig0: ip=10.0.0.5/24\n`),
  ];

  test('of two guests with one address the running one has it, then the lower id, in any order of reading', () => {
    expect(served(two)).toEqual(['vmbr0 100 10.0.0.5']);
    expect(served([...two].reverse())).toEqual(['vmbr0 100 10.0.0.5']);
    expect(served(two, { running: new Set([101]) })).toEqual(['vmbr0 101 10.0.0.5']);
    const { findings } = networksOf(two, { ...quietSurroundings, running: new Set([101]) });
    expect(findings).toEqual([
      {
        vmid: 100,
        nic: 'net0',
        severity: 'error',
        message: 'not served: its address 10.0.0.5 is also that of guest 101 net0, which runs',
      },
    ]);
  });

  test('an IPv6 address that two guests have, however it is written, is the better placed one’s; both keep the other', () => {
    const six = [
      guest(101, `${nic('01')}ipconfig0: ip=10.0.0.5/24,ip6=FD00:0::00ab/64\n`),
      guest(100, `${nic('02')}ipconfig0: ip=10.0.0.6/24,ip6=fd00::ab/64\n`),
      guest(102, `${nic('03')}ipconfig0: ip6=fd00::ac/64\n`),
    ];
    const { networks, findings } = networksOf(six, { ...quietSurroundings, dhcp6: true });
    expect(networks[0]?.reservations.map(({ address, ipv6 }) => [address, ipv6])).toEqual([
      ['10.0.0.6', 'fd00::ab/64'],
      ['10.0.0.5', undefined],
    ]);
    expect(findings.map(({ vmid, message }) => `${vmid}: ${message}`)).toEqual([
      '101: its IPv6 address is not served: FD00:0::00ab/64 is also that of guest 100 net0, which has the lower id',
      '102: only an IPv6 address is set; DHCPv4 has nothing to serve',
      '102: not served by DHCPv6 either: that goes with a static IPv4 address',
    ]);
  });

  test('firewall bridges: where the firewall forbids DHCP, or everywhere', () => {
    const walled = [guest(100, `${nic('01', ',firewall=1,tag=5')}ipconfig0: ip=10.0.0.5/24\n`)];
    expect(served(walled)).toEqual(['vmbr0 100 10.0.0.5']);
    expect(served(walled, { firewalledDhcp: new Set([100]) })).toEqual(['fwbr100i0 100 10.0.0.5']);
    expect(served(walled, { firewallBridges: 'always' })).toEqual(['fwbr100i0 100 10.0.0.5']);
  });

  test('a guest without DNS settings gets the node’s, one with any of them its own', () => {
    const hostDns = { servers: ['10.0.0.53'], search: ['lab.example'] };
    const guests = [
      guest(100, `${nic('01')}ipconfig0: ip=10.0.0.5/24\n`),
      guest(101, `${nic('02')}ipconfig0: ip=10.0.0.6/24\nsearchdomain: own.example\n`),
    ];
    const [network] = networksOf(guests, { ...quietSurroundings, hostDns }).networks;
    expect(network?.reservations.map(({ dnsServers, searchDomains }) => [dnsServers, searchDomains])).toEqual(
      [
        [['10.0.0.53'], ['lab.example']],
        [[], ['own.example']],
      ],
    );
  });
});

describe('what a guest was served goes on', () => {
  const good = guest(100, `name: web\n${nic('01')}ipconfig0: ip=10.0.0.5/24\n`);

  test.each(['', '\0\0', 'half a li'])('with the file %j', (text) => {
    const now = withLastGood(good, guest(100, text));
    expect(served([now])).toEqual(['vmbr0 100 10.0.0.5']);
    expect(now.findings.map(({ severity }) => severity)).toEqual(['error', 'info']);
  });

  test('with one broken line; a NIC that is gone is gone', () => {
    const more = guest(
      100,
      `${nic('01')}net1: virtio=BC:24:11:00:00:02,bridge=vmbr0\nipconfig0: ip=10.0.0.5/24\nipconfig1: ip=10.0.0.6/24\n`,
    );
    expect(
      served([withLastGood(more, guest(100, `${nic('01')}net1: virtio=BC\nipconfig0: ip=10.0.0.7/24\n`))]),
    ).toEqual(['vmbr0 100 10.0.0.7', 'vmbr0 100 10.0.0.6']);
    expect(served([withLastGood(more, guest(100, `${nic('01')}ipconfig0: ip=10.0.0.5/24\n`))])).toEqual([
      'vmbr0 100 10.0.0.5',
    ]);
  });

  test('nothing is said to go on where nothing was served', () => {
    const now = withLastGood(guest(100, 'half'), guest(100, 'half a li'));
    expect(now.findings.map(({ severity }) => severity)).toEqual(['error']);
  });

  test('not if it became a template', () => {
    expect(served([withLastGood(good, guest(100, `template: 1\n${nic('01')}`))])).toEqual([]);
  });
});

describe('names', () => {
  const names = namesOf({ bridge: 'a-bridge-of-15-', vlan: 4094 }, { run: '/run/kea', node: 'pve1' });

  test('fit into an interface name, whatever the bridge is called', () => {
    expect(names.port.length).toBeLessThanOrEqual(15);
    expect(names.port).not.toMatch(/^(tap|veth|fwln|fwpr|fwbr)/);
  });

  test('give the two generations two addresses, other ones on other nodes', () => {
    expect(names.addresses.a).not.toBe(names.addresses.b);
    const other = namesOf({ bridge: 'a-bridge-of-15-', vlan: 4094 }, { run: '/run/kea', node: 'pve2' });
    expect(Object.values(other.addresses)).not.toContain(names.addresses.a);
  });
});
