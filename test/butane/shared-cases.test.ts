import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { compileCase, latin1, readIfThere, withoutGzipBytes } from './case.ts';

// The real tool's outputs for many more configs, kept beside the project.
const shared = path.resolve(import.meta.dirname, '../../../shared/butane/cases');
const names = fs.existsSync(shared)
  ? fs.readdirSync(shared).filter((name) => fs.existsSync(path.join(shared, name, 'input.bu')))
  : [];
const work = fs.mkdtempSync(path.join(tmpdir(), 'butane-cases-'));
afterAll(() => fs.rmSync(work, { recursive: true, force: true }));

describe.skipIf(names.length === 0)(
  `shared cases${names.length === 0 ? ' (../shared is missing)' : ''}`,
  () => {
    for (const name of names) {
      test(name, () => {
        const folder = restore(name);
        const read = (file: string) => readIfThere(path.join(folder, file));
        const args = read('args').trim().split(/\s+/);
        if (!args.includes('--files-dir'))
          fs.rmSync(path.join(folder, 'files'), { recursive: true, force: true });
        const { pretty, classic } = compileCase(folder, {
          strict: args.includes('--strict'),
          pretty: args.includes('--pretty'),
          stdin: args.includes('<'),
        });
        expect(latin1(pretty.report)).toBe(read('expected.stderr'));
        expect(latin1(classic.report)).toBe(read('expected.raw.stderr'));
        expect(String(pretty.exitCode)).toBe(read('exitcode').trim());
        const prints = pretty.exitCode === 0 && !args.includes('--check');
        const output = prints ? latin1(pretty.output ?? '') : '';
        if (output !== read('expected.ign')) {
          expect(withoutGzipBytes(output)).toBe(withoutGzipBytes(read('expected.ign')));
        }
      });
    }
  },
);

interface ManifestEntry {
  path: string;
  type: 'file' | 'dir' | 'symlink' | 'fifo';
  mode?: string;
  target?: string;
}

/** Copies a case and gives its files what a copy loses: modes, links and empty folders. */
function restore(name: string): string {
  const folder = path.join(work, name);
  fs.cpSync(path.join(shared, name), folder, { recursive: true, verbatimSymlinks: true });
  makeWritable(folder);
  const manifest = path.join(folder, 'files.manifest.json');
  const entries = fs.existsSync(manifest)
    ? (JSON.parse(fs.readFileSync(manifest, 'utf8')) as ManifestEntry[])
    : [];
  for (const entry of entries) {
    const file = path.join(folder, 'files', entry.path);
    fs.mkdirSync(entry.type === 'dir' ? file : path.dirname(file), { recursive: true });
    if (entry.type === 'file') fs.chmodSync(file, Number.parseInt(entry.mode ?? '0644', 8));
    if (entry.type !== 'symlink') continue;
    fs.rmSync(file, { recursive: true, force: true });
    fs.symlinkSync(entry.target ?? '', file);
  }
  return folder;
}

function makeWritable(folder: string): void {
  fs.chmodSync(folder, 0o755);
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) makeWritable(path.join(folder, entry.name));
  }
}
