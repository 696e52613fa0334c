import type { RunSummary } from '../session.ts';
import type { Tint } from '../text/cells.ts';
import type { Signs } from '../text/signs.ts';

/** How a run stands, with its sign: `✓ ok`, `✗ failed`, `! interrupted`. */
export function runStatusText(
  status: RunSummary['status'],
  signs: Signs,
): { text: string; as: Tint; said: string } {
  return { ...signedStatus(status, signs), said: status === 'undone' ? 'taken back' : status };
}

function signedStatus(status: RunSummary['status'], signs: Signs): { text: string; as: Tint } {
  switch (status) {
    case 'ok':
      return { text: `${signs.ok} ok`, as: 'ok' };
    case 'failed':
      return { text: `${signs.failed} failed`, as: 'failed' };
    case 'running':
      return { text: `${signs.active} running`, as: 'accent' };
    case 'undone':
      return { text: `${signs.idle} taken back`, as: 'dim' };
    default:
      return { text: `${signs.warning} ${status}`, as: 'warning' };
  }
}

/** Why a run cannot be gone on with, or undefined where it can. */
export function whyNoResume({ status }: RunSummary): string | undefined {
  if (status === 'ok') return 'This run is complete: there is nothing to go on with.';
  if (status === 'running') return 'This run is going on right now.';
  return status === 'undone' ? 'This run was taken back.' : undefined;
}

/** Why a run cannot be taken back, or undefined where it can. */
export function whyNoUndo({ status, done }: RunSummary): string | undefined {
  if (status === 'running') return 'This run is going on right now; cancel it first.';
  if (status === 'undone') return 'This run was taken back already.';
  return status === 'ok' && done === 0
    ? 'This run changed nothing: there is nothing to take back.'
    : undefined;
}
