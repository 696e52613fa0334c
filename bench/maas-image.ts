// MAAS image: native build against a bare `mmdebstrap | pigz` of the same packages, and `image verify`.
//
//   node bench/maas-image.ts [ROUNDS]      as root; ROUNDS builds of each kind, alternating (default 1)
//
// Prints one JSON line per measurement: {name, value, budget, ok}. Exit code 1 when a budget is missed.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { buildImage } from '../src/maas-image/build.ts';
import type { ImageEdges } from '../src/maas-image/edges.ts';
import { imagePackages } from '../src/maas-image/packages.ts';
import { imageSources, oneLineSources } from '../src/maas-image/sources.ts';
import { fetchHere, startsHere, waitHere } from '../src/maas-image/this-machine.ts';
import { verifyImage } from '../src/maas-image/verify.ts';
import { maasImageAnswers } from '../src/workflows/maas-image/answers.ts';

const BUILD_BUDGET = 1.15;
/** Seconds for 300 MB. */
const VERIFY_BUDGET = 10;

const rounds = Number(process.argv[2] ?? 1);
const folder = mkdtempSync(join(tmpdir(), 'bench-image-'));
const edges = edgesHere();
const spec = maasImageAnswers.parse({
  proxmox: 'none',
  output: join(folder, 'image.tar.gz'),
  work_dir: folder,
});
let failed = false;
try {
  const bare: number[] = [];
  const ours: number[] = [];
  for (let round = 0; round < rounds; round++) {
    bare.push(await seconds(async () => bareBuild()));
    ours.push(await seconds(() => buildImage(spec, edges)));
  }
  report('build: seconds, bare', Math.min(...bare), Number.POSITIVE_INFINITY);
  report('build: seconds, native engine', Math.min(...ours), Number.POSITIVE_INFINITY);
  report(
    'build: native engine / bare mmdebstrap | pigz',
    Math.min(...ours) / Math.min(...bare),
    BUILD_BUDGET,
  );
  const took = await seconds(() => verifyImage(spec.output, edges));
  report('verify: seconds for 300 MB', (took * 300e6) / statSync(spec.output).size, VERIFY_BUDGET);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;

function bareBuild(): void {
  const sources = oneLineSources(imageSources(spec), new Map());
  const argv = [
    '--mode=root',
    '--variant=apt',
    '--format=tar',
    '--quiet',
    `--include=${imagePackages(spec).join(' ')}`,
    '--aptopt=APT::Install-Recommends "false"',
    '--aptopt=Acquire::Languages "none"',
    '--dpkgopt=force-confold',
  ];
  const script = 'mmdebstrap "$@" trixie - - | pigz -6 > "$OUT"';
  execFileSync('bash', ['-o', 'pipefail', '-c', script, 'bash', ...argv], {
    input: sources,
    env: { ...process.env, OUT: join(folder, 'bare.tar.gz'), TMPDIR: folder },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}

function report(name: string, value: number, budget: number): void {
  const ok = value <= budget;
  failed ||= !ok;
  console.log(
    JSON.stringify({
      name,
      value: Math.round(value * 100) / 100,
      budget: Number.isFinite(budget) ? budget : null,
      ok,
    }),
  );
}

function edgesHere(): ImageEdges {
  const assets = resolve(import.meta.dirname, '../assets/maas-image');
  return {
    start: startsHere({
      variables: process.env,
      sendSignal: (pid, signal) => void process.kill(pid, signal),
    }),
    fetch: fetchHere,
    wait: waitHere,
    asset: (path) => readFileSync(join(assets, path), 'utf8'),
    assets: (name) =>
      readdirSync(join(assets, name), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(join(assets, name), join(entry.parentPath, entry.name))),
    now: Date.now,
    progress: () => {},
    signal: new AbortController().signal,
    variables: process.env,
    uid: process.geteuid?.() ?? -1,
    cwd: process.cwd(),
    temporary: tmpdir(),
    arch: process.arch,
  };
}
