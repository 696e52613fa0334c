import { type About, type AnyCheck, defineCheck, type Section, type Verdict } from '../../check.ts';
import { NO_STORAGE, readStorages, type Storage, storagesOf } from '../../read/storages.ts';
import { lacking, listed, pass, skip, warn } from '../../verdict.ts';

/** Storages that are folders: those that can take any kind of content. */
const FOLDERS = ['dir', 'nfs', 'cifs', 'cephfs', 'btrfs'];

/** Three checks of one kind: some storage of the node takes this content. */
function contentCheck(
  content: string,
  about: { id: string; why: string; for: readonly Section[] },
): AnyCheck {
  return defineCheck({
    ...about,
    group: 'storage',
    title: `A storage for ${content}`,
    looksAt: 'GET /nodes/{node}/storage',
    needs: 'api',
    scope: 'node',
    gate: 'mends',
    url: 'https://pve.proxmox.com/pve-docs/chapter-pvesm.html',
    read: readStorages,
    judge: (seen, given) => judge(content, storagesOf(seen), given),
  });
}

function judge(content: string, storages: readonly Storage[], about: About): Verdict {
  if (storages.length === 0) return skip(NO_STORAGE);
  const usable = storages.filter(({ enabled, active }) => enabled && active);
  const taking = usable.filter((storage) => storage.content.includes(content)).map(({ storage }) => storage);
  if (taking.length > 0) return pass(listed(taking));
  const folder =
    usable.find(({ storage }) => storage === 'local') ?? usable.find(({ type }) => FOLDERS.includes(type));
  if (!folder)
    return lacking(about, `no storage takes ${content}, and none is a folder that could`, {
      text: 'add a storage of type dir or nfs',
      command: `pvesm add dir data --path /srv/data --content ${content}`,
    });
  const wanted = [...folder.content, content].join(',');
  const fix = {
    text: `switch it on for ${folder.storage}; apply does it, too, where it may`,
    command: `pvesm set ${folder.storage} --content ${wanted}`,
  };
  if (!about.wanted) return lacking(about, `no storage takes ${content}`, fix);
  const path = `/storage/${folder.storage}`;
  const before = folder.content.join(',');
  return warn(`no storage takes ${content}`, fix, {
    changes: [
      {
        kind: 'api',
        method: 'put',
        path,
        params: { content: wanted },
        undo: { method: 'put', path, params: { content: before } },
      },
    ],
  });
}

export const contentSnippets = contentCheck('snippets', {
  id: 'STO-SNIPPETS',
  why: 'Cloud-init files, Ignition and hookscripts are snippets. The installer since 9.0.7 leaves them out of `local`.',
  for: ['clusters', 'vms'],
});
export const contentImport = contentCheck('import', {
  id: 'STO-IMPORT',
  why: 'Cloud images are downloaded to a storage that takes `import`, and disks are made from them there.',
  for: ['templates', 'clusters', 'vms'],
});
export const contentImages = contentCheck('images', {
  id: 'STO-IMAGES',
  why: 'Disks of guests need a storage that takes `images`.',
  for: ['templates', 'clusters', 'vms'],
});
