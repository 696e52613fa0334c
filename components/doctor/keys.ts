import type { DoctorBrowse } from '../../src/view/doctor/browse.ts';
import { listedFindings, USES } from '../../src/view/doctor/browse.ts';
import { mendable, type ShownFinding } from '../../src/view/doctor/list.ts';
import type { DoctorState } from '../../src/view/doctor/state.ts';
import type { Signs } from '../../src/view/text/signs.ts';
import type { KeyHint } from '../frame.tsx';
import type { HelpTopic } from '../help.tsx';

interface Hints {
  signs: Signs;
  /** There are more lines than fit. */
  scrolls: boolean;
}

/** The keys of the list, and of the details in full. */
export function doctorKeyHints(
  {
    browse,
    state,
    finding,
    findings,
  }: {
    browse: DoctorBrowse;
    state: DoctorState;
    finding: ShownFinding | undefined;
    findings: readonly ShownFinding[];
  },
  { signs, scrolls }: Hints,
): KeyHint[] {
  if (browse.typing)
    return [
      { key: signs.enter, does: 'keep' },
      { key: 'esc', does: 'list all again' },
    ];
  const details = browse.view === 'details';
  const looks = state.look === 'running' || state.look === 'reaching';
  const checks = browse.group !== USES;
  const all = details
    ? 0
    : listedFindings(browse, findings).filter((one) => mendable([one]).length > 0).length;
  const fixable = finding !== undefined && mendable([finding]).length > 0;
  return [
    ...(details
      ? scrolls
        ? [{ key: signs.updown, does: 'scroll' }]
        : []
      : [
          { key: signs.updown, does: 'choose' },
          { key: 'tab', does: 'group' },
        ]),
    ...(fixable && !looks ? [{ key: 'f', does: 'fix' }] : []),
    ...(all > 1 && !looks ? [{ key: 'F', does: 'fix all' }] : []),
    ...(looks ? [{ key: 'c', does: 'cancel' }] : []),
    ...(details || (checks && !finding) ? [] : [{ key: signs.enter, does: 'details' }]),
    ...(details || !checks
      ? []
      : [
          { key: 's', does: 'severity' },
          { key: '/', does: 'find' },
        ]),
    ...(looks || !finding ? [] : [{ key: 'r', does: 'check again' }]),
    { key: 'esc', does: 'back' },
    { key: '?', does: 'help' },
  ];
}

/** Before anything is changed. */
export function fixKeyHints({ signs, scrolls }: Hints): KeyHint[] {
  return [
    { key: 'y', does: 'yes, change it' },
    { key: 'n', does: 'no' },
    ...(scrolls ? [{ key: signs.updown, does: 'scroll' }] : []),
  ];
}

export function mendingKeyHints({ mending }: DoctorState, { signs, scrolls }: Hints): KeyHint[] {
  return [
    ...(mending === 'over' ? [{ key: signs.enter, does: 'to the findings' }] : []),
    ...(mending === 'running' ? [{ key: 'c', does: 'stop after this one' }] : []),
    ...(mending === 'stopping' ? [{ key: '^C', does: 'leave at once' }] : []),
    ...(scrolls ? [{ key: signs.updown, does: 'scroll' }] : []),
  ];
}

export const doctorHelp: HelpTopic = {
  title: 'The doctor',
  paragraphs: [
    'Looks at the nodes, at what runs on them and at this machine, and says what is wrong, why that matters, and what to do about it. Looking changes nothing.',
    'Failed: something does not work. Warning: it will not work some day, or not for everything. Remark: good to know. Skipped: there was nothing to look at, or it may not be looked at from here. Several nodes that say the same are one line.',
    'Some findings can be fixed from here: you see every change first, say yes, and the check is made again. Where it finds the same as before, all is taken back. Of each file that is changed a copy is kept on its node.',
    'What works here, the last of the groups, tells what you can do on these nodes, and what it lacks.',
  ],
  keys: [
    { key: 'up/down', does: 'choose a finding' },
    { key: 'tab', does: 'the next group of checks; shift+tab, left and right work, too' },
    { key: 'enter', does: 'all about the finding: what, why, the fix, where it was looked' },
    { key: 's', does: 'list more or fewer: remarks, warnings, failures, what can be fixed here, everything' },
    { key: '/', does: 'list only what has some words in it: a node, a check, a text' },
    { key: 'f', does: 'fix this finding: shows the changes and asks first' },
    { key: 'F', does: 'fix all that is listed and can be fixed: likewise' },
    { key: 'r', does: 'make this check again' },
    { key: 'a', does: 'make all checks again' },
    { key: 'c', does: 'cancel the checks that still run' },
    { key: 'esc', does: 'back; what was found is kept' },
  ],
};
