import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { read } from '../workflows/examples.ts';
import { planFrom } from '../workflows/plan-from.ts';

const folder = path.join(import.meta.dirname, 'import/terraform/cases/planned');

test('two groups with 9p, Butane and a snippet are planned as Terraform made them', () => {
  const names = readdirSync(path.join(folder, 'in')).map((name) => `in/${name}`);
  const { steps, findings } = planFrom({
    text: readFileSync(path.join(folder, 'answers.yaml'), 'utf8'),
    files: new Map(names.map((name) => [name, readFileSync(path.join(folder, name), 'utf8')])),
    facts: read('lab.facts.json'),
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
});
