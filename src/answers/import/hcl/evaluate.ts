import type { Issue } from '../../../errors.ts';
import { isSecretName, Opaque } from '../opaque.ts';
import { type Attribute, type Expression, issueAt, sourceOf } from './syntax.ts';

/** What names stand for. */
export interface Scope {
  /** `var.name`: what was given for it, or its default. No value: Terraform would ask for one. */
  variables: ReadonlyMap<string, { value?: Expression | undefined; sensitive: boolean }>;
  /** `local.name`. */
  locals: ReadonlyMap<string, Attribute>;
}

export interface Evaluator {
  /** Texts, numbers, booleans, null, lists and mappings; an {@link Opaque} for each part that has no value. */
  evaluate(expression: Expression): unknown;
  /** Names without a value and names that stand for themselves, each once. */
  issues: readonly Issue[];
}

/** Longer texts, and values with more characters and parts, come from names that multiply, not from people. */
const LONGEST_TEXT = 64 * 1024;
const LARGEST_VALUE = 256 * 1024;
/** Names that stand for names that stand for names. */
const LONGEST_CHAIN = 100;

/** Evaluates what needs nothing but names; `path.module` is the folder itself, `.`. */
export function createEvaluator(scope: Scope): Evaluator {
  const issues = new Map<string, Issue>();
  const known = new Map<string, unknown>();
  const chain: string[] = [];
  const sizes = new WeakMap<object, number>();

  const report = (expression: Expression, message: string): Opaque => {
    if (!issues.has(message)) issues.set(message, issueAt(expression, message));
    return new Opaque('computed', sourceOf(expression));
  };
  const computed = (expression: Expression) => new Opaque('computed', sourceOf(expression));

  const sizeOf = (value: unknown): number => {
    if (typeof value === 'string') return value.length + 1;
    return typeof value === 'object' && value ? (sizes.get(value) ?? 1) : 1;
  };
  const sized = <Value extends object>(value: Value, expression: Expression): Value | Opaque => {
    const size = Object.values(value).reduce((sum: number, each) => sum + sizeOf(each), 1);
    if (size > LARGEST_VALUE) return computed(expression);
    sizes.set(value, size);
    return value;
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

  function resolve([kind, name, ...steps]: readonly (string | number)[], whole: Expression): unknown {
    if (kind === 'path' && (name === 'module' || name === 'root') && steps.length === 0) return '.';
    if ((kind !== 'var' && kind !== 'local') || name === undefined) return computed(whole);
    const value = namedValue(kind, String(name), whole);
    return steps.reduce<unknown>((inner, step) => {
      if (inner instanceof Opaque) return inner;
      if (typeof inner === 'object' && inner !== null && Object.hasOwn(inner, step)) {
        return (inner as Record<string | number, unknown>)[step];
      }
      return report(whole, `${sourceOf(whole)} does not exist: ${kind}.${name} has no ${step}`);
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
    if (!given) return report(whole, missing(kind, name, variable !== undefined));
    if (chain.length >= LONGEST_CHAIN) return report(whole, `${key} stands at the end of too long a chain`);
    chain.push(key);
    const value = evaluate(given);
    chain.pop();
    known.set(key, value);
    return value;
  }

  return {
    evaluate,
    get issues() {
      return [...issues.values()];
    },
  };
}

function missing(kind: 'var' | 'local', name: string, declared: boolean): string {
  if (kind === 'local') return `local.${name} is not defined in any locals block of this folder`;
  return declared
    ? `var.${name} has no value; give it in terraform.tfvars: ${name} = …`
    : `var.${name} is not declared: there is no variable "${name}" in this folder`;
}
