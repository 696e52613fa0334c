import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { checks } from '../../src/doctor/all.ts';
import { doctorPage } from '../../src/doctor/docs.ts';

const root = path.resolve(import.meta.dirname, '../..');

test('docs/doctor.md is what the checks say (node scripts/doctor-docs.ts)', () => {
  expect(readFileSync(path.join(root, 'docs/doctor.md'), 'utf8')).toBe(doctorPage());
});

test('every check has a section that says what it looks at and why', () => {
  const page = doctorPage();
  for (const { id, why, looksAt } of checks) {
    expect(page).toContain(`\n### ${id}\n`);
    expect(why.length, id).toBeGreaterThan(20);
    expect(looksAt.length, id).toBeGreaterThan(2);
  }
});

test('every file of checks is on the list', () => {
  const list = readFileSync(path.join(root, 'src/doctor/all.ts'), 'utf8');
  const files = readdirSync(path.join(root, 'src/doctor/checks'), { recursive: true, encoding: 'utf8' });
  expect(files.filter((file) => file.endsWith('.ts') && !list.includes(`./checks/${file}`))).toEqual([]);
});
