// MAAS image: the native build against a bare `mmdebstrap | pigz` of the same packages, and `image verify`. As root.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildImage } from '../src/maas-image/build.ts';
import type { ImageEdges } from '../src/maas-image/edges.ts';
import { imagePackages } from '../src/maas-image/packages.ts';
import { imageSources, oneLineSources } from '../src/maas-image/sources.ts';
import { imageEdgesHere } from '../src/maas-image/this-machine.ts';
import { verifyImage } from '../src/maas-image/verify.ts';
import { type MaasImageAnswers, maasImageAnswers } from '../src/workflows/maas-image/answers.ts';
import { type Line, timed } from './measure.ts';

const BUILD_BUDGET = 1.15;
/** Seconds for 300 MB. */
const VERIFY_BUDGET = 10;
/** Builds of each kind, in turn; the fastest of each counts, since everything else on the machine only adds. */
const ROUNDS = 2;

export async function maasImage(): Promise<Line[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-image-'));
  const edges = edgesHere();
  const spec = maasImageAnswers.parse({
    proxmox: 'none',
    output: join(folder, 'image.tar.gz'),
    work_dir: folder,
  });
  try {
    const bare: number[] = [];
    const ours: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      bare.push(await timed(async () => bareBuild(spec, folder)));
      ours.push(await timed(() => buildImage(spec, edges)));
    }
    const [least, own] = [Math.min(...bare) / 1000, Math.min(...ours) / 1000];
    const took = (await timed(() => verifyImage(spec.output, edges))) / 1000;
    const of300 = (took * 300e6) / statSync(spec.output).size;
    return [
      {
        what: 'image build / bare mmdebstrap | pigz',
        figures: `${own.toFixed(1)} s / ${least.toFixed(1)} s = ${(own / least).toFixed(2)}`,
        budget: `≤ ${BUILD_BUDGET}`,
        kept: own / least <= BUILD_BUDGET,
      },
      {
        what: 'image verify of 300 MB',
        figures: `${of300.toFixed(1)} s`,
        budget: `≤ ${VERIFY_BUDGET} s`,
        kept: of300 <= VERIFY_BUDGET,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function bareBuild(spec: MaasImageAnswers, folder: string): void {
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

function edgesHere(): ImageEdges {
  const assets = resolve(import.meta.dirname, '../assets/maas-image');
  return {
    ...imageEdgesHere({
      variables: process.env,
      sendSignal: (pid, signal) => void process.kill(pid, signal),
      asset: (path) => readFileSync(join(assets, path), 'utf8'),
      signal: new AbortController().signal,
      uid: process.geteuid?.() ?? -1,
      cwd: process.cwd(),
      temporary: tmpdir(),
    }),
    progress: () => {},
  };
}
