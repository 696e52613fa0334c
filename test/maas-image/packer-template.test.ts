import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { BUNDLED } from '../../src/maas-image/bundled.ts';
import { ASSETS } from './edges.ts';

/** What packer itself looks at only with its plug-ins; the rest is in the system tests. */
const text = readFileSync(path.join(ASSETS, 'engines/packer/image.pkr.hcl'), 'utf8');

describe('the template of packer', () => {
  test('names the plug-in of every source and provisioner', () => {
    const plugins = all(/^ {4}(\w+) = \{\n {6}source/gm);
    expect(
      [...all(/^source "(\w+)"/gm), ...all(/^ +provisioner "(\w+)"/gm)].filter(
        (name) => !plugins.includes(name),
      ),
    ).toEqual([]);
    expect(text).toMatch(/required_version = ">= 1\.11\.0"/);
  });

  test('names files that lie beside it', () => {
    expect(all(/\$\{path\.root\}\/([\w./-]+)/g)).toEqual(
      BUNDLED.packer.filter((name) => name.endsWith('.yml')),
    );
  });
});

function all(pattern: RegExp, within = text): string[] {
  return [...within.matchAll(pattern)].map(([, found = '']) => found);
}
