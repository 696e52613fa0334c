import type { About } from '../check.ts';
import type { Look } from '../look.ts';
import { rowOf } from '../understand.ts';

/**
 * Lists of the API leave out what their reader may not see, and say nothing of it: what is missing there may well
 * be there. Undefined for root@pam, whom nothing is hidden from.
 */
export async function readPrivileges(look: Look, { target }: Pick<About, 'target'>): Promise<unknown> {
  return target === 'https' ? look.get('/access/permissions') : undefined;
}

/** True where one of these privileges is held for all that lies below `path`. Throws Garbled. */
export function seesAll(said: unknown, path: string, privileges: readonly string[]): boolean {
  if (said === undefined) return true;
  const paths = rowOf(said, 'the privileges');
  return aboveAnd(path).some((place) => {
    if (paths[place] === undefined) return false;
    const held = rowOf(paths[place], 'the privileges');
    // 1: it holds for what lies below, too.
    return privileges.some((privilege) => held[privilege] === 1);
  });
}

/** `/a/b` → `/`, `/a`, `/a/b`. */
function aboveAnd(path: string): string[] {
  const parts = path.split('/').slice(1);
  return ['/', ...parts.map((_, at) => `/${parts.slice(0, at + 1).join('/')}`)];
}

/** Of the local network's zone (`PVE::API2::Network`). */
export function seesAllBridges(said: unknown): boolean {
  return seesAll(said, '/sdn/zones/localnetwork', ['SDN.Audit', 'SDN.Use']);
}

export const NO_BRIDGES = 'this user does not see all bridges (SDN.Audit)';
