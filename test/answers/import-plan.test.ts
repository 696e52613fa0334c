import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { factsOf, read } from '../workflows/examples.ts';
import { planFrom } from '../workflows/plan-from.ts';

const folder = path.join(import.meta.dirname, 'import/terraform/cases/planned');

test('two groups with 9p, Butane and a snippet are planned as Terraform made them', () => {
  const names = ['in/server.bu', 'in/config/users.bu'];
  const { steps, findings } = planFrom({
    text: readFileSync(path.join(folder, 'answers.yaml'), 'utf8'),
    files: new Map(names.map((name) => [name, readFileSync(path.join(folder, name), 'utf8')])),
    facts: read('lab.facts.json'),
    filesDir: folder,
  });
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  const guests = steps
    .filter(({ verb }) => verb === 'clone-guest')
    .map(({ args }) => (args as { guest: { name: string; vmid: number } }).guest);
  expect(guests.map(({ name, vmid }) => `${name} ${vmid}`)).toEqual([
    'edge-server-1 9100',
    'edge-server-2 9101',
    'edge-agent-1 9102',
    'edge-agent-2 9103',
    'edge-agent-3 9104',
  ]);
  const shared = steps.filter(({ args }) => JSON.stringify(args).includes('mount_tag=media'));
  expect(shared.map(({ title }) => title)).toEqual(['configure edge-server-1', 'configure edge-server-2']);
  expect(JSON.stringify(shared[0]?.args)).toContain('path=/srv/media');
  const [server] = steps.filter(({ verb }) => verb === 'write-file');
  expect(JSON.stringify(server?.args)).toContain('data:,Welcome%0A');
});

const manifests = path.join(import.meta.dirname, 'import/machine-deployment/cases');

test.each([
  ['kubermatic', ['edge-workers-1', 'edge-workers-2', 'edge-workers-3']],
  [
    'cluster-api',
    [1, 2, 3, 4, 5, 6].map((number) => `edge-md-${number < 3 ? `0-${number}` : `1-${number - 2}`}`),
  ],
])('a manifest of %s is planned', (name, guests) => {
  const lab = factsOf('named-template');
  const [template] = lab.guests;
  const facts = {
    ...lab,
    // What the manifest names: a template by its id, a second bridge on each node.
    guests: [{ ...template!, vmid: 9000, name: 'flatcar' }],
    bridges: [...lab.bridges, { node: 'pve2', bridge: 'vmbr1', vlanAware: false }],
  };
  const text = readFileSync(path.join(manifests, name, 'answers.yaml'), 'utf8');
  const { steps, findings } = planFrom({ text, files: new Map(), facts });
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  const made = steps.filter(({ verb }) => verb === 'clone-guest');
  expect(made.map(({ args }) => (args as { guest: { name: string } }).guest.name)).toEqual(guests);
});
