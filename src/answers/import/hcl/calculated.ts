import type { Expression, Operator } from './syntax.ts';

/** `*`, `/` and `%` before `+` and `-`, else from left to right. */
export function calculated(operands: Expression[], operators: readonly Operator[]): Expression | undefined {
  const [first, ...others] = operands;
  if (!first) return undefined;
  const join = (left: Expression, operator: Operator, right: Expression): Expression => ({
    kind: 'sum',
    operator,
    left,
    right,
    file: left.file,
    at: left.at,
    end: right.end,
  });
  const terms = [first];
  const signs: Operator[] = [];
  others.forEach((right, at) => {
    const operator = operators[at]!;
    if (operator === '+' || operator === '-') {
      signs.push(operator);
      terms.push(right);
    } else terms.push(join(terms.pop()!, operator, right));
  });
  return terms.reduce((left, right, at) => join(left, signs[at - 1]!, right));
}

/** Undefined where no finite number comes out. */
export function resultOf(operator: Operator, left: unknown, right: unknown): number | undefined {
  const [one, other] = [numeric(left), numeric(right)];
  if (one === undefined || other === undefined) return undefined;
  const results: Record<Operator, () => number> = {
    '+': () => one + other,
    '-': () => one - other,
    '*': () => one * other,
    '/': () => one / other,
    '%': () => one % other,
  };
  const result = results[operator]();
  return Number.isFinite(result) ? result : undefined;
}

/** Terraform takes texts for numbers. */
function numeric(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^-?\d{1,15}(\.\d{1,15})?$/.test(value) ? Number(value) : undefined;
}
