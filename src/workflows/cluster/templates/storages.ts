import type { Facts, StorageFacts } from '../../../facts/facts.ts';
import type { Finding, Step } from '../../../plan/step.ts';
import type { ClusterAnswers } from '../answers.ts';
import { gib } from '../guests/no-room.ts';

/** Where a template's disks go, and where its image lies before. */
export interface Storages {
  disks: { storage: string; shared: boolean };
  images: string;
  steps: Step[];
  remarks: Finding[];
}

/** Space that an import needs beside the template itself; the Flatcar image is about half a GiB, grown 8.5. */
const IMPORT_SPACE = 2 * 1024 ** 3;

export function chooseStorages(
  answers: ClusterAnswers,
  nodes: readonly string[],
  facts: Facts,
): Storages | { findings: Finding[] } {
  const disks = pick(answers.storage, 'images', nodes, facts);
  if (!disks) {
    const all = new Set(
      facts.storages.filter((other) => other.content.includes('images')).map((other) => other.storage),
    );
    return {
      findings: [
        {
          severity: 'error',
          path: 'storage',
          message: answers.storage
            ? `storage ${answers.storage} cannot hold guest disks on ${nodes.join(', ')}`
            : `no storage can hold guest disks on all of ${nodes.join(', ')}`,
          fix: `storages for disks: ${[...all].join(', ') || 'none'}`,
        },
      ],
    };
  }
  const findings = nodes.flatMap((node): Finding[] => {
    const there = facts.storages.find((other) => other.node === node && other.storage === disks.storage);
    if (!there || there.avail >= IMPORT_SPACE) return [];
    return [
      {
        severity: 'error',
        path: 'storage',
        message: `${disks.storage} on ${node} has ${gib(there.avail)} free, the template needs ${gib(IMPORT_SPACE)}`,
      },
    ];
  });
  if (findings.length > 0) return { findings };
  const ready = pick(undefined, 'import', nodes, facts);
  if (ready) return { disks, images: ready.storage, steps: [], remarks: [] };
  const folder = pick(undefined, undefined, nodes, facts);
  if (!folder) {
    return {
      findings: [
        {
          severity: 'error',
          message: `no storage on ${nodes.join(', ')} can hold an image to import from`,
          fix: 'add a storage of type dir, nfs or cifs with content "import"',
        },
      ],
    };
  }
  return {
    disks,
    images: folder.storage,
    steps: [allowContent(folder.storage, 'import')],
    remarks: [
      {
        severity: 'warning',
        message: `storage ${folder.storage} does not hold images to import yet: the plan switches that on`,
      },
    ],
  };
}

/** Content is a setting of the storage, not of the node: one step for the whole cluster. */
export function allowContent(storage: string, content: 'import' | 'snippets'): Step {
  return {
    id: `allow ${content} on ${storage}`,
    title: `let storage ${storage} hold ${content === 'import' ? 'images to import' : content}`,
    verb: 'set-storage-content',
    args: { storage, add: [content] },
    needs: [],
    uses: {},
  };
}

/**
 * A storage that is active on all these nodes and holds this content (undefined: that is a folder and could
 * hold it). The one asked for, or the one with most room where it is tightest.
 */
export function pick(
  wanted: string | undefined,
  content: string | undefined,
  nodes: readonly string[],
  facts: Facts,
): { storage: string; shared: boolean; paths: ReadonlyMap<string, StorageFacts> } | undefined {
  const names = [...new Set(facts.storages.map((other) => other.storage))].filter(
    (name) => !wanted || name === wanted,
  );
  const fitting = names.flatMap((storage) => {
    const rows = nodes.map((node) =>
      facts.storages.find(
        (other) =>
          other.node === node &&
          other.storage === storage &&
          other.active &&
          (content === undefined ? other.path !== undefined : other.content.includes(content)),
      ),
    );
    if (rows.some((row) => row === undefined)) return [];
    const there = rows as StorageFacts[];
    const room = Math.min(...there.map((row) => row.avail));
    return [
      {
        storage,
        shared: there[0]?.shared ?? false,
        room,
        paths: new Map(there.map((row) => [row.node, row])),
      },
    ];
  });
  return fitting.sort((a, b) => b.room - a.room || a.storage.localeCompare(b.storage))[0];
}
