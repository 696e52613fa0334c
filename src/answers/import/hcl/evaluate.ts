import type { Issue } from '../../../errors.ts';
import { isSecretName, Opaque } from '../opaque.ts';
import { resultOf } from './calculated.ts';
import { type Attribute, type Expression, issueAt, type Loop, type Step, sourceOf } from './syntax.ts';

/** What names stand for. */
export interface Scope {
  /** `var.name`: what was given for it, or its default. No value: Terraform would ask for one. */
  variables: ReadonlyMap<string, { value?: Expression | undefined; sensitive: boolean }>;
  /** `local.name`. */
  locals: ReadonlyMap<string, Attribute>;
}

/** Which of several that one block makes: `each` by for_each, `count` by count. */
export type Instance =
  | { kind: 'each'; values: { key: string; value: unknown } }
  | { kind: 'count'; values: { index: number } };

export interface Evaluator {
  /** Texts, numbers, booleans, null, lists and mappings; an {@link Opaque} for each part that has no value. */
  evaluate(expression: Expression, instance?: Instance): unknown;
  /** Names without a value and names that stand for themselves, each once. */
  issues: readonly Issue[];
}

/** Longer texts, and values with more characters and parts, come from names that multiply, not from people. */
const LONGEST_TEXT = 64 * 1024;
const LARGEST_VALUE = 256 * 1024;
/** Of all loops together; those in others multiply. */
const MOST_TURNS = 100_000;
/** Names that stand for names that stand for names. */
const LONGEST_CHAIN = 100;

/** Evaluates what needs nothing but names; `path.module` is the folder itself, `.`. */
export function createEvaluator(scope: Scope): Evaluator {
  const issues = new Map<string, Issue>();
  const known = new Map<string, unknown>();
  const chain: string[] = [];
  let current: Instance | undefined;
  /** Names of the loops around; the inner ones win. */
  let loops: ReadonlyMap<string, unknown> = new Map();
  let turns = 0;
  const sizes = new WeakMap<object, number>();

  const report = (expression: Expression, message: string): Opaque => {
    if (!issues.has(message)) issues.set(message, issueAt(expression, message));
    return new Opaque('computed', sourceOf(expression));
  };
  const computed = (expression: Expression) => new Opaque('computed', sourceOf(expression));

  const sizeOf = (value: unknown): number => {
    if (typeof value === 'string') return value.length + 1;
    if (typeof value !== 'object' || !value) return 1;
    const size = sizes.get(value) ?? Object.values(value).reduce((sum, each) => sum + sizeOf(each), 1);
    sizes.set(value, size);
    return size;
  };
  const sized = <Value extends object>(value: Value, expression: Expression): Value | Opaque => {
    return sizeOf(value) > LARGEST_VALUE ? computed(expression) : value;
  };

  function evaluate(expression: Expression): unknown {
    switch (expression.kind) {
      case 'literal':
        return expression.value;
      case 'list':
        return sized(expression.items.map(evaluate), expression);
      case 'object':
        return sized(
          Object.fromEntries(expression.entries.map(({ key, value }) => [key, evaluate(value)])),
          expression,
        );
      case 'template':
        return textOf(expression.parts, expression);
      case 'reference':
        return resolve(expression.path, expression);
      case 'known':
        return expression.value;
      case 'loop':
        return loop(expression);
      case 'sum':
        return calculate(expression);
      default:
        return computed(expression);
    }
  }

  function textOf(parts: readonly (string | Expression)[], whole: Expression): unknown {
    const values = parts.map((part) => (typeof part === 'string' ? part : evaluate(part)));
    const hidden = values.find((value) => value instanceof Opaque && value.why === 'secret');
    if (hidden) return new Opaque('secret', sourceOf(whole));
    if (values.some((value) => typeof value === 'object')) return computed(whole);
    const text = values.join('');
    return text.length > LONGEST_TEXT ? computed(whole) : text;
  }

  function loop(whole: Expression & Loop): unknown {
    const over = evaluate(whole.over);
    if (typeof over !== 'object' || over === null || over instanceof Opaque) return computed(whole);
    const entries = Array.isArray(over) ? [...over.entries()] : Object.entries(over);
    turns += entries.length;
    if (turns > MOST_TURNS) return computed(whole);
    const around = loops;
    const results = entries.map(([index, value]) => {
      const names = whole.names.length > 1 ? [index, value] : [value];
      loops = new Map([...around, ...whole.names.map((name, at) => [name, names[at]] as const)]);
      return [whole.key ? evaluate(whole.key) : '', evaluate(whole.value)] as const;
    });
    loops = around;
    const keys = results.map(([key]) => key);
    if (keys.some((key) => typeof key === 'object')) return computed(whole);
    const value = whole.key ? Object.fromEntries(results) : results.map(([, item]) => item);
    return sized(value, whole);
  }

  function calculate(whole: Expression & { kind: 'sum' }): unknown {
    const values = [evaluate(whole.left), evaluate(whole.right)];
    const hidden = values.some((value) => value instanceof Opaque && value.why === 'secret');
    if (hidden) return new Opaque('secret', sourceOf(whole));
    return resultOf(whole.operator, values[0], values[1]) ?? computed(whole);
  }

  function resolve(path: readonly Step[], whole: Expression): unknown {
    const [kind, name, ...steps] = path;
    if (typeof kind === 'string' && loops.has(kind)) {
      return stepsInto(loops.get(kind), { steps: path.slice(1), whole });
    }
    if (typeof name !== 'string') return computed(whole);
    if (kind === 'path' && (name === 'module' || name === 'root') && steps.length === 0) return '.';
    if (current && kind === current.kind && Object.hasOwn(current.values, name)) {
      return stepsInto((current.values as Record<string, unknown>)[name], { steps, whole });
    }
    if (kind !== 'var' && kind !== 'local') return computed(whole);
    return stepsInto(namedValue(kind, name, whole), { steps, whole, ...(kind === 'local' ? { name } : {}) });
  }

  /** What is not there is a mistake in locals; elsewhere it may be optional(…) in the variable's type. */
  function stepsInto(
    value: unknown,
    { steps, whole, name }: { steps: readonly Step[]; whole: Expression; name?: string },
  ): unknown {
    return steps.reduce<unknown>((inner, given) => {
      if (inner instanceof Opaque) return new Opaque(inner.why, sourceOf(whole));
      const step = typeof given === 'object' ? evaluate(given) : given;
      if (typeof step !== 'string' && typeof step !== 'number') return computed(whole);
      if (typeof inner === 'object' && inner !== null && Object.hasOwn(inner, step)) {
        return (inner as Record<string | number, unknown>)[step];
      }
      return name === undefined
        ? new Opaque('unset', sourceOf(whole))
        : report(whole, `${sourceOf(whole)} does not exist: local.${name} has no ${step}`);
    }, value);
  }

  function namedValue(kind: 'var' | 'local', name: string, whole: Expression): unknown {
    const key = `${kind}.${name}`;
    if (known.has(key)) return known.get(key);
    if (chain.includes(key)) {
      const circle = [...chain.slice(chain.indexOf(key)), key].join(' → ');
      return report(whole, `${key} stands for itself: ${circle}`);
    }
    const variable = kind === 'var' ? scope.variables.get(name) : undefined;
    const given = kind === 'var' ? variable?.value : scope.locals.get(name)?.value;
    if (variable?.sensitive || isSecretName(name)) return new Opaque('secret', key);
    if (!given && variable) return new Opaque('unset', key);
    if (!given) return report(whole, missing(kind, name));
    if (chain.length >= LONGEST_CHAIN) return report(whole, `${key} stands at the end of too long a chain`);
    chain.push(key);
    const around = loops;
    loops = new Map();
    const value = evaluate(given);
    loops = around;
    chain.pop();
    known.set(key, value);
    return value;
  }

  return {
    evaluate(expression, instance) {
      current = instance;
      return evaluate(expression);
    },
    get issues() {
      return [...issues.values()];
    },
  };
}

function missing(kind: 'var' | 'local', name: string): string {
  return kind === 'local'
    ? `local.${name} is not defined in any locals block of this folder`
    : `var.${name} is not declared: there is no variable "${name}" in this folder`;
}
