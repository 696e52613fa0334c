import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Env } from '../../env.ts';
import { UsageError } from '../../errors.ts';
import { type BootResource, listUploaded, readResource } from '../../maas/boot-resources.ts';
import { type ImageFile, lookAtImage } from '../../maas-image/image-file.ts';
import { ownOptions } from '../../maas-image/own-options.ts';
import { tableLines } from '../../view/text/table.ts';
import { fileBeside } from '../planning/read-answers.ts';
import { wantsAscii } from '../wants-ascii.ts';
import { maasAccess, maasEdges } from './maas-access.ts';

/** `image list [DIR]`: the images of a folder by their manifests, and those in MAAS where one is named. */
export async function imageList(argv: readonly string[], env: Env): Promise<number> {
  const { values, positionals } = ownOptions(argv, {
    url: { type: 'string' },
    'api-key-file': { type: 'string' },
    json: { type: 'boolean' },
    ascii: { type: 'boolean' },
  });
  if (positionals.length > 1)
    throw new UsageError('image list wants one DIR', { fix: 'proxwright image list DIR' });
  const local = await imagesIn(fileBeside(positionals[0] ?? '.', '', env));
  const access = maasAccess({ url: values.url, keyFile: values['api-key-file'] }, env);
  const edges = maasEdges(env);
  const uploaded = access ? await listUploaded(access, edges) : [];
  const maas = access
    ? await Promise.all(uploaded.map(({ id }) => readResource(id, access, edges)))
    : undefined;
  if (values.json) {
    env.stdout.write(
      `${JSON.stringify({ version: 1, local: local.map(localJson), maas: maas?.map(maasJson) ?? null })}\n`,
    );
    return 0;
  }
  const ellipsis = wantsAscii(new Set(values.ascii ? ['ascii'] : []), env) ? '...' : '…';
  const table = (rows: string[][]): string[] =>
    tableLines(rows, { align: 'l'.repeat(rows[0]?.length ?? 0), width: env.stdout.columns ?? 80, ellipsis });
  const lines = [
    ...(local.length === 0 ? ['no image of ours in this folder'] : table([LOCAL, ...local.map(localRow)])),
    ...(maas === undefined
      ? []
      : [
          '',
          ...(maas.length === 0
            ? ['no uploaded image in MAAS']
            : table([MAAS, ...maas.map((one) => maasRow(one, local))])),
        ]),
  ];
  env.stdout.write(lines.map((line) => `${line}\n`).join(''));
  return 0;
}

type LocalImage = Required<ImageFile> & { file: string };

async function imagesIn(folder: string): Promise<LocalImage[]> {
  const names = await readdir(folder).catch((cause: Error) => {
    throw new UsageError('this folder cannot be read', { where: folder, why: cause.message, cause });
  });
  const found = await Promise.all(
    names
      .filter((name) => /\.(tar\.gz|tgz)$/.test(name))
      .sort()
      .map(async (name) => ({ file: join(folder, name), there: await lookAtImage(join(folder, name)) })),
  );
  return found.flatMap(({ file, there }) =>
    there?.manifest ? [{ ...there, manifest: there.manifest, file }] : [],
  );
}

const LOCAL = ['image', 'what', 'kernel', 'size', 'built', 'verified'];
const MAAS = ['in MAAS', 'title', 'architecture', 'state', 'same as'];

function localRow({ file, bytes, manifest }: LocalImage): string[] {
  const { proxmox, release, arch, kernels, times, verified } = manifest;
  return [
    basename(file),
    `${proxmox === 'none' ? `Debian ${release}` : 'Proxmox VE'} ${arch}`,
    kernels.join(' '),
    `${Math.round(bytes / 1e6)} MB`,
    times.started.slice(0, 16).replace('T', ' '),
    verified ? 'yes' : 'no',
  ];
}

function maasRow({ name, title, architecture, files }: BootResource, local: readonly LocalImage[]): string[] {
  const [newest] = files;
  const same = local.find(({ manifest }) => manifest.tarball.sha256 === newest?.sha256);
  const state = newest === undefined ? 'no file' : newest.complete ? 'complete' : 'half';
  return [name, title, architecture, state, same ? basename(same.file) : ''];
}

function localJson({ file, bytes, manifest }: LocalImage): object {
  const { packages, tarball, ...rest } = manifest;
  return { file, bytes, sha256: tarball.sha256, ...rest, packages: packages.length };
}

function maasJson({ id, name, title, architecture, files }: BootResource): object {
  const [newest] = files;
  return {
    id,
    name,
    title,
    architecture,
    sha256: newest?.sha256 ?? null,
    complete: newest?.complete ?? false,
  };
}
