// Makes a bare checkout ready: dependencies (again only when the lockfile changed) and what is built
// from the sources (again only when one of them changed). Runs on the system's Node 20, before anything
// is installed, so it uses nothing but Node itself.
//
//   node scripts/setup.mjs [deps | bundle | binary [--all]] [--check]
//
// With --check nothing is made: what is missing or older than the sources is said, exit 1.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '..');
const marks = path.join(root, 'node_modules', '.proxwright');
const goal = process.argv[2] ?? 'deps';
// The binary for the other architecture too.
const all = process.argv.includes('--all');

once('dependencies', digest(['package.json', 'package-lock.json', '.npmrc']), [], () =>
  run('npm', ['ci', '--no-audit', '--no-fund']),
);
// On PATH first: the Node 24 that came with the dependencies, whatever the system has.
const node = path.join(root, 'node_modules', '.bin', 'node');
if (goal !== 'deps') {
  const sources = [
    'src',
    'components',
    'assets',
    'build.mjs',
    'scripts',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
  ];
  const binaries = goal === 'binary' ? ['dist/proxwright', ...(all ? ['dist/proxwright-arm64'] : [])] : [];
  const flags = goal === 'bundle' ? ['--bundle'] : all ? ['--all'] : [];
  once([goal, ...flags].join(''), digest(sources), ['dist/app/main.mjs', ...binaries], () =>
    run(node, ['build.mjs', ...flags]),
  );
}

/** Runs `work` unless it already ran for this very state and left what it makes. */
function once(name, state, made, work) {
  const mark = path.join(marks, name);
  const done = existsSync(mark) && readFileSync(mark, 'utf8') === state;
  if (done && made.every((file) => existsSync(path.join(root, file)))) return;
  if (process.argv.includes('--check')) {
    process.stderr.write(`proxwright: ${name} is missing or older than the sources: npm run build\n`);
    process.exit(1);
  }
  process.stderr.write(
    `proxwright: ${name === 'dependencies' ? 'installing dependencies' : `building (${name})`} …\n`,
  );
  work();
  mkdirSync(marks, { recursive: true });
  writeFileSync(mark, state);
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (error) throw error;
  if (status !== 0) {
    process.stderr.write(`proxwright: \`${path.basename(command)} ${args.join(' ')}\` failed\n`);
    process.exit(status ?? 1);
  }
}

function digest(names) {
  const hash = createHash('sha256');
  for (const file of names.flatMap((name) => files(path.join(root, name))).sort()) {
    hash.update(path.relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

function files(entry) {
  if (!existsSync(entry)) return [];
  if (!statSync(entry).isDirectory()) return [entry];
  // Python leaves its byte code beside what it reads.
  return readdirSync(entry)
    .filter((name) => name !== '__pycache__')
    .flatMap((name) => files(path.join(entry, name)));
}
