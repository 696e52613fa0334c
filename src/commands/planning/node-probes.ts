import path from 'node:path/posix';
import type { Facts } from '../../facts/facts.ts';
import { snippetFolder } from '../../facts/storage.ts';
import type { Host } from '../../hosts/host.ts';

export interface Probes {
  folders: ReadonlyMap<string, boolean>;
  scripts: ReadonlyMap<string, string>;
  programs: ReadonlyMap<string, boolean>;
}

/** Looks on every node that is online for the folders, hookscripts and programs that answers need. Changes nothing. */
export async function probeNodes(
  wanted: { folders: readonly string[]; scripts: readonly string[]; programs?: readonly string[] },
  { facts, host }: { facts: Facts; host(node: string): Host | undefined },
): Promise<Probes> {
  const folders = new Map<string, boolean>();
  const scripts = new Map<string, string>();
  const programs = new Map<string, boolean>();
  const nodes = facts.nodes.filter((node) => node.online).map((node) => node.name);
  await Promise.all(
    nodes.map(async (node) => {
      const there = host(node);
      if (!there) return;
      const test = async (flag: string, file: string): Promise<boolean> =>
        (await there.run(['test', flag, file])).exitCode === 0;
      for (const folder of wanted.folders) folders.set(`${node}:${folder}`, await test('-d', folder));
      for (const program of wanted.programs ?? [])
        programs.set(`${node}:${program}`, await test('-x', program));
      for (const volume of wanted.scripts) {
        const file = scriptPath(volume, node, facts);
        const problem =
          file === undefined
            ? 'its storage has no folder there'
            : !(await test('-f', file))
              ? 'it is not there'
              : (await test('-x', file))
                ? 'ok'
                : `it is not executable (chmod +x ${file})`;
        scripts.set(`${node}:${volume}`, problem);
      }
    }),
  );
  return { folders, scripts, programs };
}

/** `local:snippets/x.pl` on that node. */
function scriptPath(volume: string, node: string, facts: Facts): string | undefined {
  const [storage, name = ''] = volume.split(':snippets/');
  const row = facts.storages.find(
    (other) => other.node === node && other.storage === storage && other.path !== undefined,
  );
  return row?.path === undefined ? undefined : path.join(snippetFolder(row.path), name);
}
