import { expect, test } from 'vitest';
import type { NamedKey, Press } from '../../../src/view/press.ts';
import type { Answers } from '../../../src/view/session.ts';
import { wizardKey } from '../../../src/view/wizard/keys.ts';
import { newWizard } from '../../../src/view/wizard/state.ts';
import { fakeSession } from '../../components/fake-session.ts';
import { casesIn } from '../cases.ts';

interface WizardCase {
  answers?: Answers;
  /** Names of keys; anything else is typed. */
  keys: readonly string[];
}

const session = fakeSession();
const facts = await session.facts();

test.each(casesIn('wizard', '.expected.json'))('$name', ({ given, expected }) => {
  const { answers = {}, keys } = given as WizardCase;
  let state = { ...newWizard, answers };
  const effects: string[] = [];
  for (const key of keys) {
    const move = wizardKey(state, pressOf(key), {
      questions: (answers) => session.questions('cluster', answers, facts),
      check: (now, options) => session.check('cluster', now, options),
    });
    state = move.state;
    if (move.effect) effects.push(move.effect);
  }
  const problems = Object.fromEntries(
    Object.entries(state.drafts).flatMap(([path, draft]) => (draft.problem ? [[path, draft.problem]] : [])),
  );
  const at = state.at[state.level.join('.')] ?? 'start';
  expect({ answers: state.answers, level: state.level, at, effects, problems }).toEqual(JSON.parse(expected));
});

function pressOf(key: string): Press {
  const named: readonly NamedKey[] = [
    'enter',
    'escape',
    'up',
    'down',
    'left',
    'right',
    'tab',
    'backtab',
    'backspace',
    'delete',
  ];
  const found = named.find((name) => name === key);
  if (found) return { key: found, text: '' };
  if (key.startsWith('ctrl-')) return { key: 'ctrl', text: key.slice(5) };
  return { key: 'text', text: key };
}
