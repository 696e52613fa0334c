import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { contentFile } from '../guest/content.ts';
import { writeAtomic } from '../state/files.ts';
import { contentOf } from '../state/storages.ts';
import { failed, type HostResult, type Invocation, ok, type Program } from './result.ts';

export const templatePrograms: Readonly<Record<string, Program>> = { pveam };

/** What Proxmox offers, of all that anybody asks for here. */
const AVAILABLE = [
  'alpine-3.22-default_20250617_amd64.tar.xz',
  'debian-12-standard_12.12-1_amd64.tar.zst',
  'debian-13-standard_13.1-2_amd64.tar.zst',
  'ubuntu-24.04-standard_24.04-2_amd64.tar.zst',
];

const DOWNLOAD_MS = 4_000;

/** `pveam available | list STORAGE | download STORAGE TEMPLATE | remove VOLUME`. */
async function pveam(invocation: Invocation): Promise<HostResult> {
  const { world, node, args } = invocation;
  const [verb = '', first = '', second = ''] = args;
  switch (verb) {
    case 'update':
      return ok('update successful\n');
    case 'available':
      return ok(AVAILABLE.map((name) => `system          ${name}\n`).join(''));
    case 'list':
      return list(invocation, first);
    case 'download': {
      if (!AVAILABLE.includes(second))
        return failed(255, `400 Parameter verification failed.\ntemplate: no such template`);
      if (!contentOf(world.storages.on(node, first)).includes('vztmpl'))
        return failed(255, `storage '${first}' is not configured for content type 'vztmpl'`);
      const file = contentFile(world, node, `${first}:vztmpl/${second}`);
      if (!file) return failed(255, `storage '${first}' does not support templates`);
      await world.pace.wait(DOWNLOAD_MS);
      writeAtomic(file.path, 'a template of the practice cluster\n');
      return ok(`downloading to ${file.shown}\ndownload of '${second}' finished\n`);
    }
    case 'remove': {
      const file = contentFile(world, node, first);
      if (!file || !existsSync(file.path)) return failed(255, `volume '${first}' does not exist`);
      rmSync(file.path);
      return ok();
    }
    default:
      return failed(255, `ERROR: unknown command 'pveam ${verb}'`);
  }
}

function list({ world, node }: Invocation, id: string): HostResult {
  const folder = world.storages.folder(world.storages.on(node, id), node, 'vztmpl');
  const names = folder && existsSync(folder) ? readdirSync(folder).sort() : [];
  const rows = names.map((name) => {
    const { size } = statSync(`${folder}/${name}`);
    return `${`${id}:vztmpl/${name}`.padEnd(60)}${(size / 1024 ** 2).toFixed(2)}MB\n`;
  });
  return ok(`${'NAME'.padEnd(60)}SIZE\n${rows.join('')}`);
}
