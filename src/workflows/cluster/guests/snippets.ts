import path from 'node:path/posix';
import type { Facts } from '../../../facts/facts.ts';
import { SNIPPET_PREFIX, snippetFolder } from '../../../facts/storage.ts';
import type { Secret } from '../../../plan/secret.ts';
import type { Finding, Step } from '../../../plan/step.ts';
import type { ClusterAnswers } from '../answers.ts';
import { allowContent, pick } from '../templates/storages.ts';
import { guestsOf } from './guests.ts';

/** Where the Ignition files of a cluster lie. */
export interface SnippetPlace {
  storage: string;
  /** Nodes that a file must be written to: all candidates, or one of them where the storage is shared. */
  writers: readonly string[];
  /** The folder, by node. */
  folders: ReadonlyMap<string, string>;
  /** The step that lets the storage hold snippets, where it does not yet. */
  steps: readonly Step[];
  findings: readonly Finding[];
}

/** The storage for snippets, on every node that may run a guest: PVE looks for the file where the guest starts. */
export function snippetPlace(
  answers: ClusterAnswers,
  nodes: readonly string[],
  facts: Facts,
): SnippetPlace | { findings: Finding[] } {
  const before = answers.snippets ?? storageInUse(answers.name, facts);
  const ready = pick(before, 'snippets', nodes, facts) ?? pick(answers.snippets, 'snippets', nodes, facts);
  const chosen = ready ?? pick(answers.snippets, undefined, nodes, facts);
  if (!chosen) {
    return {
      findings: [
        {
          severity: 'error',
          path: 'snippets',
          message: answers.snippets
            ? `storage ${answers.snippets} cannot hold snippets on ${lacking(answers.snippets, nodes, facts).join(', ')}`
            : `no storage can hold snippets on all of ${nodes.join(', ')}`,
          fix: 'name a storage of type dir, nfs or cifs that all these nodes have, or use ignition: { transport: fw_cfg }',
        },
      ],
    };
  }
  const { storage, shared, paths } = chosen;
  const folders = new Map([...paths].map(([node, row]) => [node, snippetFolder(row.path ?? '')]));
  return {
    storage,
    writers: shared ? nodes.slice(0, 1) : nodes,
    folders,
    steps: ready ? [] : [allowContent(storage, 'snippets')],
    findings: ready
      ? []
      : [
          {
            severity: 'warning',
            message: `storage ${storage} does not hold snippets yet: the plan switches that on`,
          },
        ],
  };
}

/** Where the cluster has its files now: which storage has the most room changes from day to day. */
function storageInUse(cluster: string, facts: Facts): string | undefined {
  const names = guestsOf(cluster, facts).map(({ name }) => `/${snippetName(name)}`);
  return facts.snippets.find(({ path: file }) => names.some((name) => file.endsWith(name)))?.storage;
}

/** Nodes on which a storage is not there, not active, or no folder. */
function lacking(storage: string, nodes: readonly string[], facts: Facts): string[] {
  return nodes.filter(
    (node) =>
      !facts.storages.some(
        (row) => row.storage === storage && row.node === node && row.active && row.path !== undefined,
      ),
  );
}

export function snippetName(guest: string): string {
  return `${SNIPPET_PREFIX}${guest}.ign`;
}

export function snippetPath(place: SnippetPlace, node: string, guest: string): string {
  return path.join(place.folders.get(node) ?? '', snippetName(guest));
}

/** 0600: an Ignition file may hold secrets, and QEMU reads it as root. */
const SNIPPET_MODE = 0o600;

export function snippetSteps(
  place: SnippetPlace,
  guest: string,
  { content, needs }: { content: Secret; needs: readonly string[] },
): Step[] {
  return place.writers.map((node) => ({
    id: `write ${snippetName(guest)} on ${node}`,
    title: `write Ignition of ${guest} on ${node} (0600)`,
    verb: 'write-file',
    args: { node, path: snippetPath(place, node, guest), content, mode: SNIPPET_MODE },
    needs: [...place.steps.map((step) => step.id), ...needs],
    uses: { node },
  }));
}
