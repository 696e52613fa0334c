import type { z } from 'zod';
import type { Facts } from '../facts/facts.ts';
import type { Choice, Question, QuestionKind } from '../view/wizard/question.ts';
import { choicesFrom, type ImageChoice } from './choices.ts';
import { presetOf } from './presets.ts';
import { type Form, isMapping, type Shape, shapeOf } from './shape.ts';

export interface QuestionContext {
  /** What is answered so far: some questions depend on it. */
  answers: Readonly<Record<string, unknown>>;
  facts: Facts;
  images?: readonly ImageChoice[];
}

/** What a wizard asks to fill a section (or one item of it), in the order of its schema. */
export function questionsOf(schema: z.core.$ZodType, context: QuestionContext): Question[] {
  const { form } = shapeOf(schema);
  return form.kind === 'object' ? questionsOfForm(form, context) : [];
}

function questionsOfForm(form: ObjectForm, context: QuestionContext): Question[] {
  return [...form.fields].flatMap(([key, field]) => {
    const shape = shapeOf(field);
    if (shape.meta.ask === 'never' || shape.meta.when?.(context.answers) === false) return [];
    return [questionOf(key, shape, context)];
  });
}

type ObjectForm = Extract<Form, { kind: 'object' }>;

function questionOf(key: string, shape: Shape, context: QuestionContext): Question {
  const { meta } = shape;
  const form = askable(shape.form);
  const item = form.kind === 'list' ? shapeOf(form.item) : undefined;
  const choices = choicesOf(form, shape, context);
  const kind = kindOf(form, { item, hasChoices: choices !== undefined });
  const inner = nested(form, { key, item, context });
  const suggest = meta.suggestFor?.(context.answers) ?? meta.suggest;
  const preset = presetOf({ ...shape, meta: { ...meta, suggest } }, { kind, choices, item: inner.questions });
  return {
    key,
    label: meta.label ?? key,
    help: meta.help ?? '',
    kind,
    required: !shape.optional,
    advanced: meta.ask === 'more',
    ...(meta.example === undefined ? {} : { example: exampleText(meta.example) }),
    ...(preset === undefined ? {} : { default: preset }),
    ...(meta.unit ? { unit: meta.unit } : {}),
    ...(choices ? { choices, open: isOpen(shape, choices) } : {}),
    ...inner,
  };
}

/** Of alternatives, the one that a form can ask for: a list before a number before a text. */
function askable(form: Form): Form {
  if (form.kind !== 'union') return form;
  const forms = form.options.map((option) => askable(shapeOf(option).form));
  const order = ['list', 'object', 'number', 'text', 'choice'] as const;
  const best = order
    .map((kind) => forms.find((each) => each.kind === kind))
    .find((each) => each !== undefined);
  return best ?? { kind: 'text' };
}

function kindOf(
  form: Form,
  { item, hasChoices }: { item: Shape | undefined; hasChoices: boolean },
): QuestionKind {
  switch (form.kind) {
    case 'list':
      if (item?.form.kind === 'object') return 'list';
      return hasChoices ? 'many' : 'texts';
    case 'object':
      return 'group';
    case 'number':
    case 'toggle':
    case 'secret':
    case 'choice':
      return form.kind;
    default:
      return hasChoices ? 'choice' : 'text';
  }
}

function choicesOf(form: Form, { form: whole, meta }: Shape, context: QuestionContext): Choice[] | undefined {
  if (meta.choices) {
    const found = choicesFrom(meta.choices, { facts: context.facts, images: context.images ?? [] });
    return takesAll(whole) ? [ALL, ...found] : found;
  }
  const fixed = form.kind === 'choice' ? form : meta.details && fixedOf(whole);
  if (!fixed) return undefined;
  return fixed.values.map((value) => {
    const detail = meta.details?.[String(value)];
    return {
      value: value as string | number,
      label: String(value),
      ...(detail === undefined ? {} : { detail }),
    };
  });
}

/** Of alternatives, the one with fixed values. */
function fixedOf(form: Form): Extract<Form, { kind: 'choice' }> | undefined {
  const forms = form.kind === 'union' ? form.options.map((option) => shapeOf(option).form) : [form];
  return forms.find((each) => each.kind === 'choice');
}

const ALL: Choice = {
  value: 'all',
  label: 'all',
  detail: 'every node, also those that join later',
  alone: true,
};

/** `all` or a list. */
function takesAll(form: Form): boolean {
  if (form.kind !== 'union') return false;
  return form.options.some((option) => {
    const { form: each } = shapeOf(option);
    return each.kind === 'choice' && each.values.includes('all');
  });
}

/** New pools can be made and images named by URL; where the target offers nothing, one may still know better. */
function isOpen({ meta, form }: Shape, choices: readonly Choice[]): boolean {
  if (form.kind === 'choice') return false;
  if (meta.details) return true;
  return meta.choices === 'pools' || meta.choices === 'images' || choices.every((choice) => choice.disabled);
}

function nested(
  form: Form,
  { key, item, context }: { key: string; item: Shape | undefined; context: QuestionContext },
): Pick<Question, 'questions' | 'summary'> {
  if (form.kind === 'object') {
    const own = context.answers[key];
    return { questions: questionsOfForm(form, { ...context, answers: isMapping(own) ? own : {} }) };
  }
  if (form.kind !== 'list' || item?.form.kind !== 'object') return {};
  const summary = item.meta.summary ?? ((value) => String(value.name ?? Object.values(value)[0] ?? ''));
  return { questions: questionsOfFields(item.form, context), summary };
}

/** Of an item that is not there yet, so that nothing depends on its answers. */
function questionsOfFields(form: ObjectForm, context: QuestionContext): Question[] {
  return [...form.fields]
    .map(([key, field]) => ({ key, shape: shapeOf(field) }))
    .filter(({ shape }) => shape.meta.ask !== 'never')
    .map(({ key, shape }) => questionOf(key, shape, context));
}

function exampleText(example: unknown): string {
  if (Array.isArray(example)) return example.map(exampleText).join(', ');
  return isMapping(example) ? JSON.stringify(example) : String(example);
}
