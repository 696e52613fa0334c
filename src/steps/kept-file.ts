import { RunError } from '../errors.ts';
import type { Host } from '../hosts/host.ts';
import type { StepContext } from '../plan/verb.ts';

/** Puts what a file holds into the run's vault; returns its key there, null where there is no file. */
export async function keepFile(host: Host, path: string, context: StepContext): Promise<string | null> {
  const old = await host.read(path);
  return old ? context.keep(old.toString('base64')) : null;
}

/** What {@link keepFile} kept; undefined: there was no file. Throws where the vault has it no more. */
export function keptFile(
  key: string | null,
  { where, context }: { where: string; context: StepContext },
): Buffer | undefined {
  if (key === null) return undefined;
  const old = context.kept(key);
  if (old !== undefined) return Buffer.from(old, 'base64');
  throw new RunError('what the file held before is no longer kept, so it stays as it is', { where });
}
