import { z } from 'zod';
import type { Report } from '../../../answers/rule.ts';

const isOn = ({ enabled }: Readonly<Record<string, unknown>>): boolean => enabled === true;

/** Tries of the manager; PVE sets no limit, and beyond this nobody means it. */
const tries = z.int().min(0).max(100).default(1);

/** High availability of a cluster's guests. */
export const haAnswers = z
  .strictObject({
    enabled: z
      .boolean()
      .default(false)
      .meta({
        label: 'Start guests elsewhere',
        help: 'When a node fails, its guests start on another one. Wants disks on shared storage, and three nodes.',
        also: ['enable', 'on', 'managed'],
      }),
    anti_affinity: z
      .boolean()
      .default(false)
      .meta({
        label: 'Keep guests of a group apart',
        help: 'No two of them on one node, by HA rules (PVE 9). PVE 8 has only preferences: each guest prefers its own node.',
        when: isOn,
        also: ['antiaffinity', 'anti-affinity', 'spread', 'separate'],
      }),
    node_affinity: z
      .enum(['restrict', 'prefer'])
      .default('restrict')
      .meta({
        label: 'Where nodes are named',
        help: 'restrict: guests run on the nodes of this cluster or wait for one of them. prefer: they may go elsewhere when none of these is up.',
        when: isOn,
        ask: 'more',
        also: ['affinity', 'nodes'],
      }),
    failback: z
      .boolean()
      .meta({
        label: 'Go back',
        help: 'Guests move back when their node is there again. Without it they do, unless they have shares, with which they cannot move while they run.',
        when: isOn,
        ask: 'more',
      })
      .optional(),
    max_restart: tries.meta({
      label: 'Restarts',
      help: 'How often a guest that does not start is tried again on its node.',
      when: isOn,
      ask: 'more',
      example: 1,
    }),
    max_relocate: tries.meta({
      label: 'Relocations',
      help: 'How many other nodes are then tried.',
      when: isOn,
      ask: 'more',
      example: 1,
    }),
    state: z
      .enum(['started', 'stopped', 'disabled', 'ignored'])
      .meta({
        label: 'Wanted state',
        help: 'What the HA manager sees to. Without it, started where guests are started at all. ignored: it leaves them alone.',
        when: isOn,
        ask: 'more',
      })
      .optional(),
  })
  .prefault({})
  .meta({ label: 'High availability', help: 'What happens to guests whose node fails.', ask: 'more' });

export type HaAnswers = z.output<typeof haAnswers>;

/** What is said beside `enabled` counts only with it; start and state say the same. */
export function checkHa({ ha, start }: { ha: HaAnswers; start: boolean }, report: Report): void {
  if (!ha.enabled) {
    const said = [
      ...(ha.anti_affinity ? ['anti_affinity'] : []),
      ...(ha.node_affinity === 'prefer' ? ['node_affinity'] : []),
      ...(['failback', 'state'] as const).filter((key) => ha[key] !== undefined),
      ...(['max_restart', 'max_relocate'] as const).filter((key) => ha[key] !== 1),
    ];
    if (said.length > 0)
      report(['ha', said[0]!], 'does nothing without enabled: true; write it, or leave ha out');
    return;
  }
  if (start && (ha.state === 'stopped' || ha.state === 'disabled'))
    report(
      ['ha', 'state'],
      `${ha.state} would stop the guests that this cluster starts; write start: false, too`,
    );
  if (!start && ha.state === 'started')
    report(['ha', 'state'], 'started would start the guests that start: false leaves stopped');
}
