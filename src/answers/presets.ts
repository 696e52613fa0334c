import type { Choice, Question, QuestionKind } from '../view/wizard/question.ts';
import type { Shape } from './shape.ts';

/** The suggestion, or what holds anyway; a name that is not there gives way to the first that is. */
export function presetOf(
  { meta, default: holds }: Shape,
  {
    kind,
    choices,
    item,
  }: { kind: QuestionKind; choices: readonly Choice[] | undefined; item: Question['questions'] },
): unknown {
  const preset = meta.suggest ?? holds;
  switch (kind) {
    case 'group':
      return undefined;
    case 'number':
      return typeof preset === 'number' ? preset : undefined;
    case 'many':
      return typeof preset === 'string' ? [preset] : preset;
    case 'list':
      return Array.isArray(preset) ? preset.map((each) => presentItem(each, item ?? [])) : preset;
    default:
      return preset === undefined || !meta.choices ? preset : present(preset, choices ?? []);
  }
}

function present(name: unknown, choices: readonly Choice[]): unknown {
  const free = choices.filter((choice) => !choice.disabled);
  return free.length === 0 || free.some((choice) => choice.value === name) ? name : free[0]?.value;
}

/** A suggested item of a list with names that are there; lists within are added where they name something else. */
function presentItem(item: Readonly<Record<string, unknown>>, questions: readonly Question[]) {
  const result = { ...item };
  for (const { key, kind, choices, open, default: preset } of questions) {
    const value = item[key];
    if (kind === 'choice' && value !== undefined && choices && !open) result[key] = present(value, choices);
    if (kind === 'list' && value === undefined && preset !== undefined) result[key] = preset;
  }
  return result;
}
