import { basename } from 'node:path';
import type { Env } from '../../env.ts';
import { CancelledError, UsageError } from '../../errors.ts';
import { bareName } from '../../maas/boot-resources.ts';
import { type Uploaded, type UploadProgress, uploadImage } from '../../maas/upload.ts';
import { lookAtImage } from '../../maas-image/image-file.ts';
import type { Manifest } from '../../maas-image/manifest.ts';
import { ownOptions } from '../../maas-image/own-options.ts';
import { fileBeside } from '../planning/read-answers.ts';
import { maasAccess, maasEdges } from './maas-access.ts';

/** What `image build` makes where nothing else is said. */
const DEFAULT_FILE = 'proxmox-ve-13-cloudimg.tar.gz';

/** `image upload [FILE]`: brings an image into MAAS, under a name that machines are deployed with. */
export async function imageUpload(argv: readonly string[], env: Env): Promise<number> {
  const { values, positionals } = ownOptions(argv, {
    url: { type: 'string' },
    'api-key-file': { type: 'string' },
    name: { type: 'string' },
    title: { type: 'string' },
    'base-image': { type: 'string' },
    json: { type: 'boolean' },
  });
  if (positionals.length > 1)
    throw new UsageError('image upload wants one FILE', { fix: 'proxwright image upload FILE' });
  const file = fileBeside(positionals[0] ?? DEFAULT_FILE, '', env);
  const { manifest } = (await lookAtImage(file)) ?? {};
  const defaults = namesOf(manifest);
  const name = nameOf(values.name ?? defaults.name);
  const access = maasAccess({ url: values.url, keyFile: values['api-key-file'] }, env);
  if (!access)
    throw new UsageError('no MAAS is named', {
      fix: '--url http://<server>:5240/MAAS, or the variable MAAS_API_URL',
    });
  const done = await uploadImage(
    {
      file,
      name,
      title: values.title ?? defaults.title,
      ...(manifest ? { expected: manifest.tarball.sha256 } : {}),
      arch: manifest?.arch ?? 'amd64',
      baseImage: baseImageOf(values['base-image'] ?? 'ubuntu/jammy'),
    },
    access,
    { edges: maasEdges(env), progress: values.json ? () => {} : progressLines(env) },
  ).catch((error: unknown) => {
    throw env.signal.aborted
      ? new CancelledError('cancelled; MAAS deploys only what is whole', { where: name })
      : error;
  });
  tell(done, { name, file, json: values.json, env });
  return 0;
}

function tell(
  done: Uploaded,
  { name, file, json, env }: { name: string; file: string; json: boolean | undefined; env: Env },
): void {
  if (json) env.stdout.write(`${JSON.stringify({ version: 1, name, ...done })}\n`);
  else {
    const said = done.unchanged ? 'is in MAAS already' : `is in MAAS, ${Math.round(done.bytes / 1e6)} MB`;
    env.stderr.write(`${basename(file)} ${said}. Deploy it with distro_series=${name}\n`);
  }
}

/** Without a manifest nobody knows what is in it. */
function namesOf(manifest: Manifest | undefined): { name: string; title: string } {
  if (manifest?.proxmox !== 'none') return { name: 'proxmox-ve-9', title: 'Proxmox VE 9' };
  return { name: 'debian-13', title: 'Debian 13' };
}

function nameOf(given: string): string {
  const name = bareName(given);
  if (/^[a-zA-Z0-9][a-zA-Z0-9._-]*$/.test(name)) return name;
  throw new UsageError(`"${given}" is no name for an image in MAAS`, {
    fix: 'letters, digits, dots and hyphens, such as proxmox-ve-9',
  });
}

function baseImageOf(given: string): string {
  if (/^(ubuntu|centos|rhel)\/[a-z0-9.]+$/.test(given)) return given;
  throw new UsageError(`MAAS takes no base image "${given}"`, {
    why: 'it knows ubuntu, centos and rhel; a Debian is deployed as an ubuntu is',
    fix: '--base-image ubuntu/jammy',
  });
}

const STEPS = { reading: 'Reading the image', sending: 'Sending', waiting: 'MAAS checks it' } as const;

/** A line for each quarter of each step. */
function progressLines(env: Env): UploadProgress {
  let last = '';
  return (step, fraction) => {
    const line = `${STEPS[step]}: ${Math.floor(fraction * 4) * 25} %`;
    if (line !== last) env.stderr.write(`${line}\n`);
    last = line;
  };
}
