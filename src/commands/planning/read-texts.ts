import { readFile } from 'node:fs/promises';
import type { Host } from '../../hosts/host.ts';
import type { TextPlaces } from '../../workflows/workflow.ts';

/**
 * Texts of files on nodes (`node:path`) and on this machine, by name. What is not there or cannot be read is
 * left out: the plan says what it lacks.
 */
export async function readTexts(
  places: TextPlaces | undefined,
  host: (node: string) => Host | undefined,
): Promise<ReadonlyMap<string, string>> {
  const onNodes = (places?.nodes ?? []).map(async ({ node, path }) => {
    const bytes = await host(node)
      ?.read(path)
      .catch(() => undefined);
    return [`${node}:${path}`, bytes?.toString('utf8')] as const;
  });
  const here = (places?.here ?? []).map(async (file) => {
    return [file, await readFile(file, 'utf8').catch(() => undefined)] as const;
  });
  const all = await Promise.all([...onNodes, ...here]);
  return new Map(all.flatMap(([name, text]) => (text === undefined ? [] : [[name, text] as const])));
}
