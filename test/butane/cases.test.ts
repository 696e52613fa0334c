import * as fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { compileCase, latin1, readIfThere, withoutGzipBytes } from './case.ts';

// Each folder: input.bu with files/ → expected.ign, expected.report and expected.raw.report, as the real tool
// (0.29) gave them. A file that is missing means that nothing is printed.
const root = path.join(import.meta.dirname, 'cases');

describe('cases', () => {
  for (const name of fs.readdirSync(root)) {
    test(name, () => {
      const folder = path.join(root, name);
      const expected = readIfThere(path.join(folder, 'expected.ign'));
      const { pretty, classic } = compileCase(folder);
      expect(latin1(pretty.report)).toBe(readIfThere(path.join(folder, 'expected.report')));
      expect(latin1(classic.report)).toBe(readIfThere(path.join(folder, 'expected.raw.report')));
      const output = latin1(pretty.output ?? '');
      if (output !== expected) expect(withoutGzipBytes(output)).toBe(withoutGzipBytes(expected));
      expect(pretty.exitCode).toBe(expected === '' ? 1 : 0);
    });
  }
});
