import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { workflows } from '../../src/workflows/all.ts';
import { menu } from '../../src/workflows/menu.ts';

const root = path.resolve(import.meta.dirname, '../..');

interface Import {
  file: string;
  /** Relative to the root, or a package's name. */
  to: string;
  typeOnly: boolean;
}

/**
 * Folder → what it may import, values and types alike. Types of the contracts below are free for all.
 * README, "Architecture", says why.
 */
const MAY: Readonly<Record<string, readonly string[]>> = {
  answers: ['errors', 'plan/secret', 'answers'],
  facts: ['errors', 'facts', 'pve/pve', 'pve/description', 'pve/ha', 'pve/property-string'],
  workflows: [
    'errors',
    'workflows',
    'steps',
    'plan',
    'answers',
    'facts',
    'butane',
    'kea',
    'images',
    'maas-image',
    'pve',
    'assets',
  ],
  plan: ['errors', 'plan'],
  steps: ['errors', 'hosts/container', 'steps', 'plan', 'pve', 'maas-image'],
  run: ['errors', 'run', 'plan'],
  view: ['errors', 'view', 'plan', 'doctor/merge', 'doctor/figures'],
  hosts: ['errors', 'hosts', 'plan/secret', 'pve/connect'],
  pve: ['errors', 'pve', 'plan/secret', 'facts/facts', 'assets'],
  target: ['errors', 'target', 'target.ts', 'hosts', 'pve', 'images', 'plan/secret'],
  sandbox: ['errors', 'sandbox'],
  butane: ['errors', 'butane'],
  kea: ['errors', 'kea', 'assets'],
  images: ['errors', 'images', 'assets'],
  doctor: [
    'errors',
    'assets',
    'doctor',
    'pve/version',
    'pve/property-string',
    'pve/description',
    'kea',
    'images',
    'maas-image',
  ],
  'maas-image': ['errors', 'maas-image', 'assets'],
  maas: ['errors', 'maas'],
  components: ['components', 'view', 'answers', 'errors'],
};

/** Contracts: files of types, that any part may speak of. */
const CONTRACTS = [
  'facts/facts',
  'hosts/host',
  'pve/pve',
  'plan/',
  'run/events',
  'run/execute',
  'doctor/',
  'workflows/workflow',
  'view/',
  'images/',
  'maas-image/',
  'pve/',
  'errors',
  'target',
  'answers/',
  'kea/status',
];

const imports = [...files('src'), ...files('components')].flatMap(importsOf);

describe('who may import whom', () => {
  for (const [folder, allowed] of Object.entries(MAY)) {
    test(folder, () => {
      const wrong = imports
        .filter(({ file, to }) => areaOf(file) === folder && to.includes('/'))
        .filter(({ to }) => to.startsWith('src/') || to.startsWith('components/'))
        .filter(({ to, typeOnly }) => {
          const inside = to.replace(/^src\//, '').replace(/\.tsx?$/, '');
          if (typeOnly && CONTRACTS.some((contract) => inside.startsWith(contract))) return false;
          return !allowed.some(
            (area) =>
              inside === area ||
              inside.startsWith(`${area}/`) ||
              (inside.startsWith(area) && area.includes('/')) ||
              to === area,
          );
        })
        .map(({ file, to }) => `${file} → ${to}`);
      expect(wrong).toEqual([]);
    });
  }

  test.each([
    ['execa', /^src\/hosts\/local\.ts$/],
    ['ssh2', /^src\/hosts\/ssh(-[a-z]+)?\.ts$/],
    ['ink', /^(components\/|src\/main\.ts$)/],
    ['react', /^(components\/|src\/main\.ts$)/],
  ])('%s has its room', (name, room) => {
    const users = imports
      .filter(({ to }) => to === name || to.startsWith(`${name}/`))
      .map(({ file }) => file);
    expect(users.filter((file) => !room.test(file))).toEqual([]);
  });

  test('only main knows the process', () => {
    const users = [...files('src'), ...files('components')].filter(
      (file) => file !== 'src/main.ts' && usesTheProcess(code(file)),
    );
    expect(users).toEqual([]);
  });

  test('no file has a name that says nothing', () => {
    const names = [...files('src'), ...files('components')].filter((file) =>
      /(^|\/)(utils?|helpers?|common|types|manager|misc|index)\.tsx?$/.test(file),
    );
    expect(names).toEqual([]);
  });
});

test('every workflow folder is on the list', () => {
  const folders = readdirSync(path.join(root, 'src/workflows'), { withFileTypes: true })
    .filter(
      (entry) =>
        entry.isDirectory() &&
        readdirSync(path.join(root, 'src/workflows', entry.name)).includes('workflow.ts'),
    )
    .map((entry) => entry.name);
  expect(workflows.map((workflow) => workflow.id).sort()).toEqual(folders.sort());
});

test('the menu shows every workflow', () => {
  expect(menu.map((entry) => entry.id)).toEqual(workflows.map((workflow) => workflow.id));
});

test('every step is on the list', () => {
  const list = readFileSync(path.join(root, 'src/steps/all.ts'), 'utf8');
  const verbs = files('src/steps').filter((file) =>
    /export const \w+: Verb</.test(readFileSync(path.join(root, file), 'utf8')),
  );
  expect(verbs.filter((file) => !list.includes(`./${path.basename(file)}`))).toEqual([]);
});

function files(folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => path.posix.join(folder, name))
    .filter((name) => /\.tsx?$/.test(name) && statSync(path.join(root, name)).isFile())
    .sort();
}

function importsOf(file: string): Import[] {
  const pattern = /(?:^|\n)\s*(?:import|export)\s+(type\s)?[^;'"]*?from\s+'([^']+)'|import\('([^']+)'\)/g;
  return [...readFileSync(path.join(root, file), 'utf8').matchAll(pattern)].map(([, type, stated, late]) => {
    const from = stated ?? late ?? '';
    const to = from.startsWith('.') ? path.posix.join(path.posix.dirname(file), from) : from;
    return { file, to, typeOnly: type !== undefined };
  });
}

/** A process of somebody else's, in a variable of that name, is another thing. */
function usesTheProcess(text: string): boolean {
  const own = /(?:[({,]\s*|const |let )process\s*[:,)}=]/.test(text);
  const members = own
    ? '(env|argv|exit|exitCode|std\\w+|cwd|kill|platform|arch|on|once|versions|execPath|geteuid)\\b'
    : '';
  return new RegExp(`(?<![.\\w])process\\.${members}`).test(text);
}

/** `src/pve/client.ts` → `pve`; `components/app.tsx` → `components`. */
function areaOf(file: string): string {
  const parts = file.split('/');
  return parts[0] === 'components' ? 'components' : parts.length > 2 ? (parts[1] ?? '') : '';
}

function code(file: string): string {
  return readFileSync(path.join(root, file), 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\/\/.*$/gm, '')
    .replace(/'(?:[^'\\\n]|\\.)*'/g, "''");
}
