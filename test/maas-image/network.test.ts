import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AnswersError } from '../../src/errors.ts';
import { networkOf } from '../../src/maas-image/network.ts';
import { runCommand } from '../../src/maas-image/run-command.ts';
import { ASSETS, testEdges } from './edges.ts';

const OWN = resolve(import.meta.dirname, 'cases/network');
/** Configs as MAAS sends them, each brought up once in a real guest. */
const SHARED = resolve(import.meta.dirname, '../../../shared/netcfg');

describe('our own network configs', () => {
  for (const name of casesIn(OWN)) {
    test.concurrent(name, async () => {
      const refusal = refusalOf(OWN, name);
      if (refusal === undefined) {
        expect((await convert(OWN, name)).interfaces).toBe(
          readFileSync(join(OWN, `${name}.interfaces`), 'utf8'),
        );
      } else {
        // A file is named in full; the cases do not know where they lie.
        expect((await refused(OWN, name)).replaceAll(`${OWN}/`, '')).toBe(refusal);
      }
    });
  }
});

describe.skipIf(!existsSync(SHARED))('network configs of MAAS (../shared/netcfg)', () => {
  for (const name of casesIn(SHARED)) {
    test.concurrent(name, async () => {
      const refusal = refusalOf(SHARED, name);
      if (refusal !== undefined) {
        expect((await refused(SHARED, name)).startsWith(refusal)).toBe(true);
        return;
      }
      const { interfaces, links } = await convert(SHARED, name);
      expect(interfaces).toBe(readFileSync(join(SHARED, `${name}.interfaces`), 'utf8'));
      const pins = join(SHARED, `${name}.links`);
      if (existsSync(pins)) {
        expect(links.map(({ mac, name: nic }) => `${mac} ${nic}\n`).join('')).toBe(
          readFileSync(pins, 'utf8'),
        );
      }
    });
  }
});

test('every NIC keeps its name by its MAC, also where YAML takes the MAC for a number', async () => {
  const { links } = await convert(OWN, 'v1-bond-vlan');
  expect(links).toEqual([
    { mac: '52:54:00:00:00:01', name: 'eno1' },
    { mac: '52:54:00:00:00:02', name: 'eno2' },
  ]);
});

test('name servers and search domains are merged, those of vmbr0 first', async () => {
  const { nameservers, search } = await convert(OWN, 'v1-bond-vlan');
  expect({ nameservers, search }).toEqual({ nameservers: ['10.10.0.2', '10.10.0.3'], search: ['maas'] });
});

test('what changes silently is told', async () => {
  expect((await convert(OWN, 'two-bridges')).warnings).toEqual([
    'bridge vmbr0 is called vmbr1 in Proxmox VE',
    'bridge br-mgmt is called vmbr0 in Proxmox VE',
    'bridge empty is called vmbr2 in Proxmox VE',
  ]);
});

test('a file that is not there', async () => {
  expect(await refused(OWN, 'no-such-file')).toMatch(
    /no-such-file.yaml cannot be read: No such file or directory$/,
  );
});

test('whatever a config has in it, it is converted or refused, and no interface is lost', async () => {
  const files = [OWN, SHARED].flatMap((folder) =>
    casesIn(folder).map((name) => join(folder, `${name}.yaml`)),
  );
  const fuzz = join(import.meta.dirname, 'fuzz-network.py');
  const argv = ['python3', fuzz, join(ASSETS, 'curtin-hooks'), '1', '3000', ...files];
  const { stdout, stderr } = await runCommand(testEdges(), argv);
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^\{[^{}]*\}\n$/);
  expect(stdout).not.toMatch(/wrong|crashed/);
  expect(Number(/'converted': (\d+)/.exec(stdout)?.[1])).toBeGreaterThan(200);
});

function convert(folder: string, name: string) {
  return networkOf(join(folder, `${name}.yaml`), testEdges());
}

async function refused(folder: string, name: string): Promise<string> {
  const error = await convert(folder, name).catch((thrown: unknown) => thrown);
  if (!(error instanceof AnswersError))
    throw error instanceof Error ? error : new Error(`${name} was not refused`);
  return error.issues.map(({ message }) => message).join('\n');
}

function refusalOf(folder: string, name: string): string | undefined {
  const file = join(folder, `${name}.error`);
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}

function casesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((file) => /^(.+)\.yaml$/.exec(file)?.[1] ?? []);
}
