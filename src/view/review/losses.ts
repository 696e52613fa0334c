import type { Plan } from '../../plan/plan.ts';
import { counted } from '../text/durations.ts';

/** What is asked before a plan that removes guests is carried out; undefined where none goes. Their disks go for good. */
export function lossQuestion({ guests, replacements = [] }: Plan): string | undefined {
  const replaced = replacements.flatMap(({ olds }) => olds).length;
  const removed = guests.filter(({ change }) => change === 'remove').length;
  if (replaced + removed === 0) return undefined;
  const what = `Remove ${counted(replaced + removed, 'guest')} with all that is on the disks`;
  return replaced === 0 ? `${what}?` : `${what}, ${replaced} of them for new ones?`;
}
