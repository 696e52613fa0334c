import path from 'node:path';
import { loadAnswers } from '../../src/answers/load.ts';
import type { FilesDir } from '../../src/butane/files-dir.ts';
import { realFilesDir } from '../../src/butane/real-files.ts';
import type { Facts } from '../../src/facts/facts.ts';
import type { ResolvedImage } from '../../src/images/resolve.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { workflows } from '../../src/workflows/all.ts';
import type { ClusterAnswers } from '../../src/workflows/cluster/answers.ts';
import { planCluster } from '../../src/workflows/cluster/plan.ts';
import type { PlanInputs } from '../../src/workflows/workflow.ts';

export interface PlanSource {
  /** An answer file with one cluster. */
  text: string;
  /** Files that it names. */
  files: ReadonlyMap<string, string>;
  facts: Facts;
  /** Where local files of Butane configs come from: one for all, or the folder on disk that names begin in. */
  filesDir?: FilesDir | string;
  /** Of files on nodes and here, as the plan's inputs have them. */
  texts?: ReadonlyMap<string, string>;
  /** What was looked for on nodes. */
  probes?: Partial<Pick<PlanInputs, 'folders' | 'scripts' | 'programs'>>;
  /** What is known of the image beyond its address. */
  image?: Partial<ResolvedImage>;
}

/** The plan of an answer file, with nothing but what is given here. Throws what is wrong with the answers. */
export function planFrom({ text, files, facts, filesDir, texts, probes, image }: PlanSource): Plan {
  const { answers, issues } = loadAnswers([{ name: 'answers.yaml', text }], {
    workflows,
    env: {},
    readFile: () => '',
  });
  const job = answers?.jobs[0];
  if (!job) throw new Error(JSON.stringify(issues));
  const cluster = job.answers as ClusterAnswers;
  const { transport } = cluster.ignition;
  return planCluster(cluster, facts, {
    files,
    images: new Map([[`${cluster.image}/${transport}`, { ...imageFor(transport), ...image }]]),
    filesDir: (file) =>
      typeof filesDir === 'string'
        ? realFilesDir(path.dirname(path.resolve(filesDir, file)), filesDir)
        : (filesDir ?? realFilesDir('.', '/nonexistent')),
    path: job.path,
    folders: new Map(),
    scripts: new Map(),
    ...probes,
    texts: texts ?? new Map(),
    secretSeed: 'secret seed',
  });
}

/** The arguments of the plan's first step of a verb. */
export function stepArgs<Args>(plan: Plan, verb: string): Args {
  const step = plan.steps.find((one) => one.verb === verb);
  if (!step) throw new Error(`the plan has no ${verb}`);
  return step.args as Args;
}

/** What resolving the catalogue's image gave; a plan only carries it along. */
function imageFor(transport: 'cloud-init' | 'fw_cfg'): ResolvedImage {
  return {
    id: 'flatcar-stable',
    title: 'Flatcar stable',
    version: '4593.0.0',
    arch: 'amd64',
    url: `https://stable.release.flatcar-linux.net/amd64-usr/4593.0.0/${transport}.img`,
    fileName: `flatcar-stable-4593.0.0-${transport === 'fw_cfg' ? 'qemu' : 'proxmoxve'}-amd64.qcow2`,
    format: 'qcow2',
    checksum: { algorithm: 'sha512', value: 'ab'.repeat(64) },
    verifiedBy: { kind: 'signature', fingerprint: 'F88CFEDEFF29A5B4D9523864E25D9AED0593B34A' },
    ignition: {
      specs: ['3.0.0', '3.1.0', '3.2.0', '3.3.0', '3.4.0'],
      transport,
      transports: [transport],
      vendorData: true,
    },
  };
}
