import { expect, test } from 'vitest';
import { realFilesDir } from '../../src/butane/real-files.ts';
import { checkButaneFiles } from '../../src/workflows/cluster/check-files.ts';

const files: Readonly<Record<string, string>> = {
  'good.bu':
    'variant: flatcar\nversion: 1.0.0\nstorage: { files: [{ path: "/etc/x", contents: { inline: "${vm_name} ${zone}" } }] }\n',
  'mode.bu': 'variant: flatcar\nversion: 1.0.0\nstorage:\n  files:\n    - path: relative\n',
  'broken.bu': 'variant: [\n',
};
const read = (file: string) =>
  files[file] === undefined ? undefined : { text: files[file], folder: realFilesDir('.', '/nonexistent') };

test('the files of an unfinished group are compiled, and each report stands under its question', () => {
  const groups = [
    { name: 'a', butane: 'good.bu', vars: { zone: 'east' }, butane_snippets: ['mode.bu', 'none.bu'] },
    { butane: 'good.bu' },
    { butane: 'broken.bu' },
    {},
  ];
  const issues = checkButaneFiles({ groups }, read);
  expect(issues.map(({ path, severity }) => [path, severity])).toEqual([
    ['groups.0.butane_snippets.0', 'error'],
    ['groups.0.butane_snippets.1', 'error'],
    ['groups.1.butane', 'error'],
    ['groups.2.butane', 'error'],
  ]);
  const [mode, none, unknown, broken] = issues.map((issue) => issue.message);
  expect(mode).toBe('mode.bu:5:13: path not absolute');
  expect(none).toBe('there is no file none.bu');
  expect(unknown).toContain('good.bu:3:');
  expect(unknown).toContain('unknown variable ${zone}');
  expect(broken).toContain('broken.bu: ');
});

test('answers of any shape are looked at without harm', () => {
  for (const answers of [undefined, null, 'x', {}, { groups: 3 }, { groups: [null, 5, { butane: 7 }] }]) {
    expect(checkButaneFiles(answers, read)).toEqual([]);
  }
});
