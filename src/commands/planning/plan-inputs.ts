import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Job } from '../../answers/load.ts';
import type { FilesDir } from '../../butane/files-dir.ts';
import { realFilesDir } from '../../butane/real-files.ts';
import type { Env } from '../../env.ts';
import { AnswersError, type Issue, ProxwrightError } from '../../errors.ts';
import type { Facts } from '../../facts/facts.ts';
import type { Host } from '../../hosts/host.ts';
import { findImage } from '../../images/catalogue.ts';
import { type ResolvedImage, resolveImage } from '../../images/resolve.ts';
import type { Target } from '../../target.ts';
import { workflowById } from '../../workflows/all.ts';
import type { PlanInputs } from '../../workflows/workflow.ts';
import { probeNodes } from './node-probes.ts';
import type { SeenTexts } from './plan-source.ts';
import { fileBeside } from './read-answers.ts';
import { readTexts } from './read-texts.ts';
import { secretSeed } from './seed.ts';

/**
 * All that a job's answers name beyond the facts: files of this machine, images as they are published today, what
 * nodes say of paths. Throws AnswersError with the place of each name that leads nowhere.
 */
export async function planInputs(
  job: Job,
  { facts, target, env, seen }: { facts: Facts; target: Target; env: Env; seen: SeenTexts },
): Promise<PlanInputs> {
  const workflow = workflowById(job.workflow);
  const issues: Issue[] = [];
  const files = new Map<string, string>();
  for (const { path: at, file } of workflow.files(job.answers)) {
    const name = fileBeside(file, job.file, env);
    try {
      const text = await readFile(name, 'utf8');
      files.set(file, text);
      seen.add(name, text);
    } catch (error) {
      const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
      const message = missing
        ? `there is no file ${name}`
        : `${name} cannot be read: ${(error as Error).message}`;
      issues.push({ severity: 'error', path: `${job.path}.${at}`, file: job.file, message });
    }
  }
  if (issues.length > 0) throw new AnswersError(issues);
  const images = new Map<string, ResolvedImage>();
  for (const { image, transport } of workflow.images(job.answers, facts)) {
    images.set(
      `${image}/${transport}`,
      await resolve(image, { transport, target, env, path: `${job.path}.image`, file: job.file }),
    );
  }
  const filesDir = (file: string): FilesDir => {
    const name = fileBeside(file, job.file, env);
    return seen.within(realFilesDir(path.dirname(name), env.cwd));
  };
  const host = (node: string): Host | undefined => target.host(node);
  const probes = await probeNodes(workflow.probes(job.answers), { facts, host });
  const texts = await readTexts(workflow.reads?.(job.answers, facts), host);
  const secret = await secretSeed(env, facts.seed);
  return { files, images, filesDir, ...probes, texts, secretSeed: secret, path: job.path };
}

async function resolve(
  image: string,
  {
    transport,
    target,
    env,
    path,
    file,
  }: { transport: 'cloud-init' | 'fw_cfg'; target: Target; env: Env; path: string; file: string },
): Promise<ResolvedImage> {
  try {
    // Proxmox VE itself is amd64 only.
    return await resolveImage(findImage(image), {
      arch: 'amd64',
      transport,
      fetch: target.fetch,
      ...(target.imageKeys.length > 0 ? { keys: target.imageKeys } : {}),
      signal: env.signal,
    });
  } catch (error) {
    if (!(error instanceof ProxwrightError) || error.exitCode !== 2) throw error;
    const message = error.fix ? `${error.message} (${error.fix})` : error.message;
    throw new AnswersError([{ severity: 'error', path, file, message }], { cause: error });
  }
}
