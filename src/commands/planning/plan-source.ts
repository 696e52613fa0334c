import { createHash, createHmac } from 'node:crypto';
import type { Job } from '../../answers/load.ts';
import type { FilesDir } from '../../butane/files-dir.ts';

/** Keeps a mark of every text that a plan is made of. */
export interface SeenTexts {
  add(name: string, text: string | Uint8Array): void;
  /** The folder, with all that is read from it seen. */
  within(folder: FilesDir): FilesDir;
  /** One mark of the answers and all these texts, by which a run knows later whether they are the same. */
  mark(jobs: readonly Job[], goal: string): string;
}

/** `secret`: of this machine, since answers may hold what can be guessed and the mark stands in a journal. */
export function seenTexts(secret: string): SeenTexts {
  const seen = new Map<string, string>();
  const add: SeenTexts['add'] = (name, text) =>
    void seen.set(name, createHash('sha256').update(text).digest('hex'));
  return {
    add,
    within: (folder) => ({
      name: folder.name,
      contains: (path) => folder.contains(path),
      read(path) {
        const bytes = folder.read(path);
        add(path, bytes);
        return bytes;
      },
      stat: (path) => folder.stat(path),
      lstat: (path) => folder.lstat(path),
      list: (path) => folder.list(path),
      readLink: (path) => folder.readLink(path),
    }),
    mark(jobs, goal) {
      const given = jobs.map(({ workflow, answers }) => ({ workflow, answers }));
      const texts = [...seen].sort(([one], [other]) => (one < other ? -1 : 1));
      return createHmac('sha256', secret)
        .update(JSON.stringify([goal, given, texts]))
        .digest('hex');
    },
  };
}
