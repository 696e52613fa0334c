import { createHash } from 'node:crypto';
import { chmodSync, createReadStream, mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { downloadFromUrl } from '../guest/download.ts';
import { readImage } from '../mirror/stand-in.ts';
import { badParameters, fail } from '../refusal.ts';
import { boolean, NODE, oneOf, required, STORAGE, text } from '../schema/parameter.ts';
import { CONTENT_FOLDERS, contentOf, type FileContent, pathOf } from '../state/storages.ts';
import { perm } from './permission.ts';
import type { Call, Check, Route } from './route.ts';

const ALGORITHMS = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'];
const TARGET = {
  checksum: text({ requires: 'checksum-algorithm' }),
  'checksum-algorithm': oneOf(ALGORITHMS, { requires: 'checksum' }),
  content: required(oneOf(['iso', 'vztmpl', 'import'], { format: 'pve-storage-content' })),
  filename: required(text({ maxLength: 255 })),
  node: NODE,
  storage: STORAGE,
};
const URL_PARAMETERS = { url: required(text({ pattern: 'https?://.*' })), 'verify-certificates': boolean() };
const NETWORK: Check = [
  'or',
  perm('/', 'Sys.Audit', 'Sys.Modify'),
  perm('/nodes/{node}', 'Sys.AccessNetwork'),
];
const COPY_MS = 60;

export const uploadRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/nodes/{node}/storage/{storage}/upload',
    permission: { check: perm('/storage/{storage}', 'Datastore.AllocateTemplate') },
    parameters: { ...TARGET, tmpfilename: text({ pattern: '/var/tmp/pveupload-[0-9a-f]+' }) },
    handle: upload,
  },
  {
    method: 'POST',
    path: '/nodes/{node}/storage/{storage}/download-url',
    permission: { check: ['and', perm('/storage/{storage}', 'Datastore.AllocateTemplate'), NETWORK] },
    proxied: true,
    parameters: { ...TARGET, ...URL_PARAMETERS, compression: text() },
    handle: download,
  },
  {
    method: 'GET',
    path: '/nodes/{node}/query-url-metadata',
    permission: { check: NETWORK },
    proxied: true,
    parameters: { ...URL_PARAMETERS, node: NODE },
    handle: async ({ world, given }) => {
      const url = given.need('url');
      const found = world.mirror.find(url);
      if (!found)
        throw fail("HTTP request failed: Can't connect: the sandbox has no such file in its mirror");
      return {
        filename: basename(new URL(url).pathname),
        mimetype: 'application/octet-stream',
        size: (await found.read()).length,
      };
    },
  },
];

interface Place {
  readonly content: FileContent;
  readonly name: string;
  readonly path: string;
  readonly shown: string;
}

/** Where a file of a content type goes, or a 400 when its name does not end as it must. */
function placeOf(call: Call): Place {
  const { world, node, given } = call;
  const storage = world.storages.on(node, given.need('storage'));
  const content = given.need('content') as FileContent;
  // As normalize_content_filename: the folder goes, odd characters become underlines.
  const name = basename(given.need('filename').replaceAll('\\', '/')).replace(/[^-a-zA-Z0-9_.+]/g, '_');
  if (!CONTENT_FOLDERS[content].name.test(name))
    throw badParameters({ filename: 'invalid filename or wrong extension' });
  if (!contentOf(storage).includes(content))
    throw fail(`storage '${storage.id}' is not configured for content-type '${content}'`);
  const folder = world.storages.folder(storage, node, content);
  if (folder === undefined) throw fail(`can't upload to storage type '${storage.type}'`);
  return {
    content,
    name,
    path: join(folder, name),
    shown: `${pathOf(storage)}/${CONTENT_FOLDERS[content].folder}/${name}`,
  };
}

function upload(call: Call): string {
  const { world, node, given } = call;
  const place = placeOf(call);
  if (!call.upload) throw badParameters({ filename: 'property is missing and it is not optional' });
  // Taken out of the upload folder at once, since that is cleared when the request ends.
  const held = `${call.upload.path}.task`;
  renameSync(call.upload.path, held);
  const size = call.upload.size;
  const temporary = `/var/tmp/${basename(call.upload.path)}`;
  const checksum = given.text('checksum');
  const algorithm = given.text('checksum-algorithm');
  return call.startTask({
    node,
    type: 'imgcopy',
    id: '',
    work: async (task) => {
      try {
        if (place.content === 'import') {
          task.log(`starting file import from: ${temporary}`);
          checkImage(held, { temporary, name: place.name });
        }
        if (checksum !== undefined && algorithm !== undefined) {
          task.log('calculating checksum...');
          const got = await hashFile(held, algorithm);
          if (got !== checksum.toLowerCase())
            throw fail(`checksum mismatch: got '${got}' != expect '${checksum}'`);
          task.log('OK, checksum verified');
        }
        await world.pace.wait(COPY_MS);
        task.log(`target node: ${node}`);
        task.log(`target file: ${place.shown}`);
        task.log(`file size is: ${size}`);
        task.log(`command: cp -- ${temporary} ${place.shown}`);
        mkdirSync(dirname(place.path), { recursive: true });
        renameSync(held, place.path);
        chmodSync(place.path, 0o644);
        task.log('finished file import successfully');
      } finally {
        rmSync(held, { force: true });
      }
    },
  });
}

function checkImage(path: string, shown: { temporary: string; name: string }): void {
  const wanted = /\.(qcow2|vmdk|raw|ova)$/i.exec(shown.name)?.[1]?.toLowerCase();
  if (wanted === 'qcow2' && readImage(path).format !== 'qcow2') {
    throw fail(`qemu-img: Could not open '${shown.temporary}': Image is not in qcow2 format`);
  }
}

async function hashFile(path: string, algorithm: string): Promise<string> {
  const hash = createHash(algorithm);
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

function download(call: Call): string {
  const { world, node, given } = call;
  const compression = given.text('compression');
  if (compression !== undefined && given.text('content') !== 'iso') {
    throw badParameters({ compression: 'decompression is only supported for ISO images' });
  }
  const place = placeOf(call);
  const checksum = given.text('checksum');
  const algorithm = given.text('checksum-algorithm');
  const expected =
    checksum !== undefined && algorithm !== undefined
      ? { checksum: checksum.toLowerCase(), algorithm }
      : undefined;
  return call.startTask({
    node,
    type: 'download',
    id: place.name,
    work: (task) =>
      downloadFromUrl(world, {
        url: given.need('url'),
        path: place.path,
        shown: place.shown,
        expected,
        log: task.log,
      }),
  });
}
