import { loadAnswers } from '../answers/load.ts';
import { readAsset } from '../assets.ts';
import type { CommandLine } from '../cli.ts';
import type { Env } from '../env.ts';
import { AnswersError } from '../errors.ts';
import { imageCommand } from '../maas-image/command.ts';
import type { ImageSpec } from '../maas-image/image-spec.ts';
import { imageEdgesHere } from '../maas-image/this-machine.ts';
import { maasImageAnswers } from '../workflows/maas-image/answers.ts';
import { readAnswerFile, readFileBeside } from './read-answers.ts';
import { wantsAscii } from './wants-ascii.ts';

/** `image`: builds, checks and boots images on this machine; it needs no target. */
export function image({ rest }: CommandLine, env: Env): Promise<number> {
  const { stdout, stderr, signal, variables, uid, cwd, temporary, sendSignal } = env;
  const asset = (name: string): string => readAsset(`maas-image/${name}`);
  return imageCommand({
    argv: rest,
    stdout,
    stderr,
    ascii: wantsAscii(new Set(rest.map((word) => word.replace(/^--/, ''))), env),
    edges: imageEdgesHere({ variables, sendSignal, asset, signal, uid, cwd, temporary }),
    readSpec: async (files, given) => readSpec(files, given, env),
  });
}

/** The `maas_image:` section of these files, or its defaults where there is no file. */
function readSpec(names: readonly string[], given: Record<string, string>, env: Env): ImageSpec {
  const files = names.map((name) => ({ name, text: readAnswerFile(name, env) }));
  if (files.length === 0) files.push({ name: 'the defaults', text: 'version: 1\nmaas_image: {}\n' });
  const { answers, issues } = loadAnswers(files, {
    workflows: [SECTION],
    env: env.variables,
    readFile: (name, beside) => readFileBeside(name, beside, env),
  });
  const [job] = answers?.jobs ?? [];
  if (!job) throw new AnswersError(issues);
  return { ...(job.answers as ImageSpec), ...given };
}

/** Its wizard and plan are to come; what can be read already is its section. */
const SECTION = {
  id: 'maas-image',
  title: 'MAAS image',
  summary: 'Proxmox VE for bare metal',
  section: 'maas_image',
  many: false,
  answers: maasImageAnswers,
};
