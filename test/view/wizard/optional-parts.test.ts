import { expect, test } from 'vitest';
import type { Issue } from '../../../src/errors.ts';
import type { NamedKey, Press } from '../../../src/view/press.ts';
import type { Answers } from '../../../src/view/session.ts';
import { wizardKey } from '../../../src/view/wizard/keys.ts';
import { openProblems, type WizardContext } from '../../../src/view/wizard/moves.ts';
import type { Question } from '../../../src/view/wizard/question.ts';
import { rowsOf } from '../../../src/view/wizard/rows.ts';
import { newWizard, type WizardState } from '../../../src/view/wizard/state.ts';
import { currentEntry, entryState, entryText, issuesSoFar, wayOf } from '../../../src/view/wizard/way.ts';

const question = (one: Pick<Question, 'key' | 'label' | 'kind'> & Partial<Question>): Question => ({
  help: '',
  required: false,
  advanced: false,
  ...one,
});
const port = question({ key: 'port', label: 'TCP port', kind: 'number', required: true });
const questions: Question[] = [
  question({ key: 'ready', label: 'Ready when', kind: 'group', questions: [port] }),
  question({
    key: 'shares',
    label: 'Shares',
    kind: 'list',
    questions: [question({ key: 'path', label: 'Folder', kind: 'text', required: true })],
    summary: ({ path }) => `${path}`,
  }),
];

/** What is missing in a part that was begun, as the schema says it. */
function missing(answers: Answers): Issue[] {
  const { ready, shares = [] } = answers as { ready?: { port?: number }; shares?: { path?: string }[] };
  const places = [
    ...(ready && ready.port === undefined ? ['ready.port'] : []),
    ...shares.flatMap(({ path }, at) => (path === undefined ? [`shares.${at}.path`] : [])),
  ];
  return places.map((path) => ({ path, message: 'is missing', severity: 'error' }));
}

const context: WizardContext = {
  questions: () => questions,
  check: (answers, { complete }) => (complete ? missing(answers) : []),
};

function after(...keys: (NamedKey | `${number}`)[]): WizardState {
  return keys.reduce((state: WizardState, key) => {
    const press = /^\d/.test(key) ? { key: 'text' as const, text: key } : { key: key as NamedKey, text: '' };
    return wizardKey(state, press, context).state;
  }, newWizard);
}

function signs(state: WizardState): string[] {
  const way = wayOf(questions, state);
  const complete = context.check(state.answers, { complete: true });
  const problems = issuesSoFar(way, { issues: [], complete }, state.answers);
  return way.map(
    (entry) => `${entry.label}: ${entryState(entry, state, problems)} ${entryText(entry, state)}`,
  );
}

/** What stands on the rows where the user is. */
function rows(state: WizardState): string[] {
  return rowsOf(currentEntry(wayOf(questions, state), state), state, openProblems(state, context)).map(
    ({ label }) => label,
  );
}

test('enter goes on past a part that nobody needs', () => {
  expect(after('enter', 'enter').answers).toEqual({});
});

test('a part that was opened and left after a try with nothing typed was not wanted', () => {
  const state = after('up', 'enter', 'enter', 'escape');
  expect(state).toMatchObject({ answers: {}, level: [] });
  expect(signs(state)[0]).toBe('Ready when: open ');
});

test('a part with something in it can be taken out again', () => {
  const state = after('up', 'enter', '6', 'enter');
  expect(state.answers).toEqual({ ready: { port: 6 } });
  const back = wizardKey(state, { key: 'escape', text: '' }, context).state;
  expect(rows(back)).toEqual(['Change it', 'Go on', 'Leave it out']);
  const out = ['down', 'down', 'enter'].reduce(
    (now, key) => wizardKey(now, { key: key as NamedKey, text: '' }, context).state,
    back,
  );
  expect(out.answers).toEqual({});
});

test('of what is missing at the end it says the place in words, not the path', () => {
  const state = { ...newWizard, at: { '': '#end' }, answers: { ready: {}, shares: [{}] } };
  const end = rowsOf(currentEntry(wayOf(questions, state), state), state, openProblems(state, context));
  expect(end.map(({ label, detail }) => `${label}: ${detail}`)).toEqual([
    'Ready when › TCP port: is missing',
    'Shares › not filled in yet › Folder: is missing',
  ]);
});

test('a part that was walked through without an answer is not ticked off', () => {
  const way = wayOf([question({ key: 'ha', label: 'HA', kind: 'group', questions: [] })], newWizard);
  const [ha] = way;
  expect(entryState(ha!, { ...newWizard, answers: { ha: {} } }, [])).toBe('open');
  expect(entryState(ha!, { ...newWizard, answers: { ha: { enabled: true } } }, [])).toBe('answered');
});

test('a part that lacks something needs a change, and says no undefined', () => {
  const state = { ...newWizard, answers: { ready: {}, shares: [{}] } };
  expect(signs(state).slice(0, 2)).toEqual(['Ready when: wrong ', 'Shares: wrong not filled in yet']);
});

test('what was suggested and taken is replaced by typing, as before it was taken; another answer is changed', () => {
  const address = question({ key: 'ip', label: 'Address', kind: 'text', default: 'dhcp' });
  const typed = (ip: string) => {
    const state = { ...newWizard, answers: { ip } };
    const move = wizardKey(
      state,
      { key: 'text', text: '4' },
      { questions: () => [address], check: () => [] },
    );
    return move.state.drafts.ip?.text;
  };
  expect(typed('dhcp')).toBe('4');
  expect(typed('10.0.0.1/2')).toBe('10.0.0.1/24');
});

test('a number is replaced by typing: 3 guests and a 7 are 7, not 37', () => {
  const count = question({ key: 'count', label: 'Guests', kind: 'number', default: 1 });
  const context = { questions: () => [count], check: () => [] };
  const press = (state: WizardState, key: Press) => wizardKey(state, key, context).state;
  const state = { ...newWizard, answers: { count: 3 } };
  const seven = press(state, { key: 'text', text: '7' });
  expect(press(seven, { key: 'text', text: '5' }).drafts.count?.text).toBe('75');
  const changed = press(state, { key: 'backspace', text: '' });
  expect(press(changed, { key: 'text', text: '5' }).drafts.count?.text).toBe('5');
});
