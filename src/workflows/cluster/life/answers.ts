import { z } from 'zod';
import type { Report } from '../../../answers/rule.ts';

/** How guests are made anew where what they read only at their first boot has changed. */
export const updateAnswers = z
  .strictObject({
    replace: z.boolean().default(true).meta({
      label: 'Make guests anew',
      help: 'When their image, network or Ignition changed. Without it they stay as they were made.',
    }),
    max_surge: z
      .int()
      .min(0)
      .max(100)
      .meta({
        label: 'More at once',
        help: 'How many guests a group may have beyond its number meanwhile. Without it 1, or 0 where addresses are fixed: no two guests can have one.',
        example: 1,
        also: ['maxSurge'],
      })
      .optional(),
    max_unavailable: z
      .int()
      .min(0)
      .max(100)
      .meta({
        label: 'Fewer at once',
        help: 'How many guests of a group may be missing meanwhile. Without it 0, or 1 where addresses are fixed.',
        example: 0,
        also: ['maxUnavailable'],
      })
      .optional(),
    pause: z.int().min(0).max(86_400).default(0).meta({
      label: 'Pause',
      help: 'How long to wait behind each new guest before the next is touched.',
      unit: 'seconds',
      example: 30,
    }),
  })
  .prefault({})
  .meta({ label: 'Updates', help: 'How guests are made anew, a few at a time.', ask: 'more' });

/** What a new guest must do to count as up. */
export const readyAnswers = z
  .strictObject({
    port: z.int().min(1).max(65_535).meta({
      label: 'TCP port',
      help: 'A new guest counts as up when this port of its first address takes connections, as seen from its node.',
      example: 6443,
    }),
  })
  .meta({
    label: 'Ready when',
    help: 'What a new guest must do before the next one is touched. Without it, its agent must answer.',
    wants: 'a mapping, such as {port: 6443}',
    ask: 'more',
  });

export type UpdateAnswers = z.output<typeof updateAnswers>;

interface Updated {
  update: UpdateAnswers;
  preset?: string | undefined;
  groups: readonly { count: number; networks: readonly { ip: string }[] }[];
}

/** Neither more nor fewer guests than wanted leaves no way to replace one; fixed addresses allow no more. */
export function checkUpdate({ update, preset, groups }: Updated, report: Report): void {
  if (update.max_unavailable !== 0) return;
  if (update.max_surge === 0)
    report(['update', 'max_unavailable'], 'is 0 and so is max_surge: no guest could ever be replaced');
  else if (preset !== undefined)
    report(
      ['update', 'max_unavailable'],
      `is 0, but no two nodes of ${preset} can have one name: the old guest must stop before the new one starts; 1 at least`,
    );
  else if (groups.some((group) => group.networks.some(({ ip }) => ip !== 'dhcp')))
    report(
      ['update', 'max_unavailable'],
      'is 0, but a group has fixed addresses: the old guest must stop before the new one can have its address; 1 at least',
    );
}
