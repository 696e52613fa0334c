import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { renderTree } from '../../src/kea/render-tree.ts';

const CASES = join(import.meta.dirname, 'cases');

/** One folder per case: `pve/`, as far as the case needs it, and `expected.json`, a part of what comes out. */
describe('guest configurations become networks, reservations and findings', () => {
  const names = readdirSync(CASES).filter((name) => existsSync(join(CASES, name, 'expected.json')));
  expect(names.length).toBeGreaterThan(10);

  test.each(names)('%s', (name) => {
    const expected = JSON.parse(readFileSync(join(CASES, name, 'expected.json'), 'utf8')) as Expected;
    const { networks, findings } = renderTree(join(CASES, name, 'pve'));
    expect(
      networks.map(({ bridge, vlan, guests }) => ({
        network: vlan === null ? bridge : `${bridge}.${vlan}`,
        guests: guests.map(({ vmid, nic, mac, address }) => `${vmid} ${nic} ${mac} ${address}`),
      })),
    ).toEqual(expected.networks);
    expect(
      findings.map(({ vmid, nic, severity, message }) => `${severity} ${vmid} ${nic ?? '-'}: ${message}`),
    ).toEqual(expected.findings);
    if (expected.Dhcp4) expect(networks[0]?.config.Dhcp4).toMatchObject(expected.Dhcp4);
  });
});

interface Expected {
  networks: { network: string; guests: string[] }[];
  findings: string[];
  Dhcp4?: Record<string, unknown>;
}

describe('a tree', () => {
  test('without guest configurations is refused with what to do', () => {
    const folder = mkdtempSync(join(tmpdir(), 'proxwright-'));
    try {
      expect(() => renderTree(folder)).toThrow(`${folder} holds no guest configurations`);
      expect(() => renderTree(join(folder, 'missing'))).toThrow(/holds no guest configurations/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('may be a live /etc/pve, one node’s folder, or a cluster’s nodes/*', () => {
    const folder = mkdtempSync(join(tmpdir(), 'proxwright-'));
    try {
      const source = join(CASES, 'plain', 'pve', 'qemu-server');
      for (const node of ['one', 'two']) {
        mkdirSync(join(folder, 'nodes', node), { recursive: true });
        cpSync(source, join(folder, 'nodes', node, 'qemu-server'), { recursive: true });
      }
      const single = renderTree(join(folder, 'nodes', 'one')).networks[0]?.guests.length;
      expect(single).toBeGreaterThan(0);
      expect(renderTree(folder).findings.filter(({ severity }) => severity === 'error')).toHaveLength(
        single as number,
      );
      cpSync(source, join(folder, 'local', 'qemu-server'), { recursive: true });
      expect(renderTree(folder).networks[0]?.guests).toHaveLength(single as number);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
