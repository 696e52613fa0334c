import type { Cell } from '../text/cells.ts';
import { counted } from '../text/durations.ts';
import { wrapWords } from '../text/fit.ts';
import { harmless } from '../text/harmless.ts';
import type { Signs } from '../text/signs.ts';
import type { DoctorItem } from './session.ts';
import type { DoctorState, MendState } from './state.ts';

/** What is being fixed: each with how it stands, where the file lies as it was before, and why it could not be. */
export function mendingRows(
  { mends }: Pick<DoctorState, 'mends'>,
  { signs, width }: { signs: Signs; width: number },
): Cell[][] {
  return mends.flatMap((mend) => mendRows(mend, { signs, width }));
}

/** What a yes would do. */
export function fixQuestion(items: readonly DoctorItem[]): string {
  const some = items.length === 1 ? 'Make this change' : `Make these ${items.length} fixes`;
  const files = items.some(({ changes = [] }) => changes.some(({ kind }) => kind !== 'head'));
  return `${some}?${files ? ' A copy of each changed file is kept on its node.' : ''}`;
}

/** `2 of 3 are fixed.` */
export function mendingText({ mends, mending }: Pick<DoctorState, 'mends' | 'mending'>): string {
  const well = mends.filter(({ status }) => status === 'mended' || status === 'well').length;
  if (mending === 'running' || mending === 'stopping')
    return `${mends.filter(({ status }) => status !== 'waiting' && status !== 'running').length} of ${counted(mends.length, 'finding')}`;
  if (well === mends.length)
    return well === 1 ? 'It is fixed.' : `${well === 2 ? 'Both' : `All ${well}`} are fixed.`;
  return well === 0 ? 'Nothing was fixed.' : `${well} of ${mends.length} are fixed.`;
}

function mendRows(mend: MendState, { signs, width }: { signs: Signs; width: number }): Cell[][] {
  const { item } = mend;
  const more = moreOf(mend).flatMap((line) => wrapWords(line, width - 3));
  return [
    [
      { text: ' ', said: '' },
      { ...signOf(mend, signs), width: 2 },
      { text: item.id, bold: true },
      { text: item.node ? ` on ${item.node}` : '' },
      { text: `  ${wordsOf[mend.status]}`, grow: true, as: mend.status === 'failed' ? 'failed' : 'dim' },
    ],
    ...more.map((line): Cell[] => [{ text: `   ${line}`, grow: true }]),
  ];
}

function moreOf({ item, outcome }: MendState): string[] {
  switch (outcome?.status) {
    case 'mended':
      return outcome.backups.map(
        (file) => `as it was before${item.node ? `, on ${item.node}` : ''}: ${harmless(file)}`,
      );
    case 'failed':
      return [
        harmless(outcome.why),
        ...(outcome.left.length === 0
          ? ['All is as it was before.']
          : [`Could not be taken back: ${outcome.left.map(harmless).join('; ')}`]),
      ];
    default:
      return [];
  }
}

function signOf({ status }: MendState, signs: Signs): Cell {
  switch (status) {
    case 'mended':
    case 'well':
      return { text: signs.ok, as: 'ok', said: '' };
    case 'failed':
      return { text: signs.failed, as: 'failed', said: '' };
    case 'running':
      return { text: signs.active, as: 'accent', said: '' };
    default:
      return { text: signs.idle, as: 'dim', said: '' };
  }
}

const wordsOf: Readonly<Record<MendState['status'], string>> = {
  waiting: 'waits for the one before',
  running: 'is being fixed, then looked at again',
  mended: 'fixed; looked at again: it is well',
  well: 'well already, by what was fixed before',
  failed: 'not fixed',
  'left out': 'left as it is',
};
