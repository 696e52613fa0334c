import type { Facts } from '../../src/facts/facts.ts';
import { keaMenuStatus } from '../../src/view/kea/menu.ts';
import type { Session } from '../../src/view/session.ts';
import type { Cell } from '../../src/view/text/cells.ts';
import type { Signs } from '../../src/view/text/signs.ts';
import { type Load, useLoad } from '../load.ts';

/** The menu's line for Kea. Its agents are asked once the nodes are known; one that does not answer is left out. */
export function useKeaLine(
  session: Session,
  { facts, signs }: { facts: Load<Facts>; signs: Signs },
): { summary: string; status?: Cell } {
  const nodes =
    facts.status === 'ready' ? facts.value.nodes.filter(({ online }) => online).slice(0, mostNodes) : [];
  const [readings] = useLoad(() => Promise.allSettled(nodes.map(({ name }) => session.kea(name))), {
    when: nodes.length > 0,
  });
  const known =
    readings.status === 'ready'
      ? readings.value.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
      : [];
  const status = keaMenuStatus(known, signs);
  return { summary: 'what Kea serves, and to whom', ...(status ? { status } : {}) };
}

/** A large cluster is asked on its own screen, node by node. */
const mostNodes = 8;
