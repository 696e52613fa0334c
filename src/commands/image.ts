import { loadAnswers } from '../answers/load.ts';
import type { CommandLine } from '../cli.ts';
import type { Env } from '../env.ts';
import { AnswersError } from '../errors.ts';
import { imageCommand } from '../maas-image/command.ts';
import type { ImageSpec } from '../maas-image/image-spec.ts';
import type { MaasImageAnswers } from '../workflows/maas-image/answers.ts';
import { maasImage } from '../workflows/maas-image/workflow.ts';
import type { Workflow } from '../workflows/workflow.ts';
import { IMAGE_HELP } from './image/help.ts';
import { imageList } from './image/list.ts';
import { imageUpload } from './image/upload.ts';
import { machineHere, placesOf } from './planning/machine-here.ts';
import { readAnswerFile, readFileBeside } from './planning/read-answers.ts';
import { wantsAscii } from './wants-ascii.ts';

/** `image`: builds, checks, boots and uploads images on this machine; it needs no target. */
export async function image({ rest }: CommandLine, env: Env): Promise<number> {
  const { stdout, stderr } = env;
  const [name, ...argv] = rest;
  if (name === '--help' || name === '-h' || argv.includes('--help')) {
    stdout.write(IMAGE_HELP);
    return 0;
  }
  if (name === 'upload') return imageUpload(argv, env);
  if (name === 'list') return imageList(argv, env);
  return imageCommand({
    argv: rest,
    stdout,
    stderr,
    ascii: wantsAscii(new Set(rest.map((word) => word.replace(/^--/, ''))), env),
    edges: machineHere(env),
    readSpec: async (files, given) => readSpec(files, given, env),
  });
}

/** The `maas_image:` section of these files, or its defaults where there is no file. */
function readSpec(names: readonly string[], given: Record<string, string>, env: Env): ImageSpec {
  const files = names.map((name) => ({ name, text: readAnswerFile(name, env) }));
  if (files.length === 0) files.push({ name: 'the defaults', text: 'version: 1\nmaas_image: {}\n' });
  const { answers, issues } = loadAnswers(files, {
    workflows: [maasImage as unknown as Workflow],
    env: env.variables,
    readFile: (name, beside) => readFileBeside(name, beside, env),
  });
  const [job] = answers?.jobs ?? [];
  if (!job) throw new AnswersError(issues);
  const answered = { ...(job.answers as MaasImageAnswers), ...given };
  return maasImage.placed?.(answered, placesOf(job.file, env)) ?? answered;
}
