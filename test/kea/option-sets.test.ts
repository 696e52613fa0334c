import { describe, expect, test } from 'vitest';
import type { Network, Reservation } from '../../src/kea/networks.ts';
import { optionSets } from '../../src/kea/option-sets.ts';
import { defaultPlace } from '../../src/kea/place.ts';
import { renderDhcp4 } from '../../src/kea/render.ts';

const guests = (count: number, options: Partial<Reservation>): Reservation[] =>
  Array.from({ length: count }, (_, at) => ({
    ...{ vmid: 100 + at, nic: 'net0', mac: `bc:24:11:00:00:${at.toString(16).padStart(2, '0')}` },
    ...{ address: `10.0.0.${at + 2}`, prefix: 24, hostname: undefined, ipv6: undefined },
    ...{ gateway: undefined, dnsServers: [], searchDomains: [] },
    ...options,
  }));

const router = { gateway: '10.0.0.1' };
const all = { ...router, dnsServers: ['10.0.0.53', '10.0.1.53'], searchDomains: ['lab.example'] };

/** The same configuration with every option written out. */
function writtenOut(network: Network): string {
  const { Dhcp4 } = structuredClone(renderDhcp4(network, defaultPlace(network)));
  const classes = (Dhcp4['client-classes'] as { name: string; 'option-data'?: unknown }[]).slice(1);
  Dhcp4['client-classes'] = (Dhcp4['client-classes'] as unknown[]).slice(0, 1);
  for (const subnet of Dhcp4.subnet4 as { reservations: Record<string, unknown>[] }[]) {
    for (const host of subnet.reservations) {
      const [name] = (host['client-classes'] as string[] | undefined) ?? [];
      if (name === undefined) continue;
      delete host['client-classes'];
      host['option-data'] = classes.find((one) => one.name === name)?.['option-data'];
    }
  }
  return JSON.stringify({ Dhcp4 });
}

describe('options of guests', () => {
  test.each([
    ['one guest', 1, all, 0],
    ['two guests with a router alone', 2, router, 0],
    ['three guests with a router alone', 3, router, 0],
    ['five guests with a router alone', 5, router, 1],
    ['two guests with everything', 2, all, 1],
    ['guests without any', 50, {}, 0],
  ])('%s: a class where that is shorter', (_name, count, options, classes) => {
    const reservations = guests(count, options);
    expect(optionSets(reservations).classes).toHaveLength(classes);
    const network: Network = { bridge: 'vmbr0', vlan: null, reservations };
    const written = JSON.stringify(renderDhcp4(network, defaultPlace(network))).length;
    if (classes > 0) expect(written).toBeLessThan(writtenOut(network).length);
    else expect(written).toBe(writtenOut(network).length);
  });
});
