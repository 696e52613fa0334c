import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { assetPath } from '../../assets.ts';
import type { Env } from '../../env.ts';
import type { Facts } from '../../facts/facts.ts';
import type { ProgramFacts } from '../../facts/facts-kea.ts';
import { readKea } from '../../facts/kea.ts';
import type { Target } from '../../target.ts';
import { workflows } from '../../workflows/all.ts';

/** The facts with what these workflows want to know beyond them: Kea on the nodes, and this program's own file. */
export async function withKea(
  facts: Facts,
  ids: readonly string[],
  { target, env }: { target: Target; env: Env },
): Promise<Facts> {
  if (!workflows.some(({ id, looks }) => looks?.includes('kea') && ids.includes(id))) return facts;
  const online = facts.nodes.filter((node) => node.online).map((node) => node.name);
  const source = {
    target: target.facts,
    pve: target.pve,
    host: (node: string) => target.host(node),
    seed: facts.seed,
    signal: env.signal,
  };
  const [kea, program] = await Promise.all([
    readKea(online, facts.guests, source),
    programFacts(env, { practice: target.kind === 'sandbox' }),
  ]);
  return { ...facts, kea, program };
}

/**
 * The file that would be copied to nodes: the one that runs, or, from the sources, the binary that was built of
 * them. Practice nodes get a stand-in: they run nothing.
 */
async function programFacts(
  { self, arch }: Pick<Env, 'self' | 'arch'>,
  { practice }: { practice: boolean },
): Promise<ProgramFacts> {
  const machine = { x64: 'x86_64', arm64: 'aarch64' }[arch] ?? arch;
  if (practice) return fileFacts(assetPath('kea/practice-program'), 'x86_64');
  const [running = ''] = self;
  if (!/^(node|deno)(js)?$/.test(path.basename(running))) return fileFacts(running, machine);
  const built = path.join(assetPath(''), '..', 'dist', 'proxwright');
  const there = await stat(built).catch(() => undefined);
  if (there?.isFile()) return fileFacts(built, machine);
  return {
    problem: `this runs from its sources, and ${built} is not built: nothing could be copied to a node`,
  };
}

async function fileFacts(file: string, machine: string): Promise<ProgramFacts> {
  try {
    const { size } = await stat(file);
    const hash = createHash('sha256');
    await pipeline(createReadStream(file), hash);
    return { path: file, sha256: hash.digest('hex'), size, machine };
  } catch (error) {
    return { problem: `${file} cannot be read: ${(error as Error).message}` };
  }
}
