import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { compileCase } from '../butane/case.ts';
import { root, tool } from './environment.ts';

// Debian's ignition 2.14 knows specifications up to 3.3.0, which is what flatcar 1.0.0 compiles to.
const validate = tool('ignition-validate', 'ignition');

const folders = [path.join(root, 'test/butane/cases'), path.resolve(root, '../shared/butane/cases')]
  .filter((folder) => fs.existsSync(folder))
  .flatMap((folder) => fs.readdirSync(folder).map((name) => path.join(folder, name)))
  .filter((folder) => isFlatcar100(path.join(folder, 'input.bu')));

describe.skipIf(validate.missing)(
  `ignition-validate accepts what flatcar 1.0.0 compiles to${validate.name}`,
  () => {
    const compiled = folders.map((folder) => ({ folder, result: compileCase(folder).pretty }));
    const good = compiled.filter(({ result }) => result.output !== undefined);

    test('there are such configs', () => {
      expect(good.length).toBeGreaterThan(3);
    });

    for (const { folder, result } of good) {
      test(path.relative(root, folder), () => {
        const { status, stdout, stderr, error } = spawnSync('ignition-validate', ['-'], {
          input: result.output!,
          encoding: 'utf8',
        });
        expect(error).toBeUndefined();
        expect({ status, stdout, stderr }).toMatchObject({ status: 0 });
      });
    }
  },
);

function isFlatcar100(file: string): boolean {
  if (!fs.existsSync(file)) return false;
  const source = fs.readFileSync(file, 'utf8');
  return /^variant: flatcar\r?$/m.test(source) && /^version: 1\.0\.0\r?$/m.test(source);
}
