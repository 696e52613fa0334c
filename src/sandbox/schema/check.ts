import { badParameters } from '../refusal.ts';
import { checkFormat } from './formats.ts';
import type { Parameter, Parameters } from './parameter.ts';

export type ParameterValue = string | number | readonly string[];
export type Values = Record<string, ParameterValue>;

/** What a request carries before it is checked: text from a form, or anything from JSON. */
export type RawValues = Readonly<Record<string, unknown>>;

/**
 * Checks a request against a route's parameters as PVE::JSONSchema does, and returns the typed values
 * (booleans as 1 or 0). Throws a 400 that names every wrong parameter.
 */
export function checkParameters(parameters: Parameters, raw: RawValues): Values {
  const errors: Record<string, string> = {};
  const values: Values = {};
  for (const [name, given] of Object.entries(raw)) {
    if (given === undefined || given === null) continue;
    const parameter = findParameter(parameters, name);
    if (!parameter) {
      errors[name] = 'property is not defined in schema and the schema does not allow additional properties';
      continue;
    }
    const value = checkValue(parameter, given, { path: name, errors });
    if (value !== undefined) values[name] = value;
    if (parameter.requires !== undefined && raw[parameter.requires] === undefined) {
      errors[parameter.requires] ??= `missing property - '${name}' requires this property`;
    }
  }
  for (const [name, parameter] of Object.entries(parameters)) {
    if (!parameter.optional && (raw[name] === undefined || raw[name] === null)) {
      errors[name] ??= 'property is missing and it is not optional';
    }
  }
  if (Object.keys(errors).length > 0) throw badParameters(errors);
  return values;
}

/** The description of `name`, also for numbered ones: `net0` is described by `net[n]`. */
export function findParameter(parameters: Parameters, name: string): Parameter | undefined {
  if (Object.hasOwn(parameters, name) && !name.endsWith('[n]')) return parameters[name];
  const numbered = /^(.*?[a-z])(0|[1-9]\d*)$/.exec(name);
  if (!numbered) return undefined;
  const parameter = parameters[`${numbered[1]}[n]`];
  return parameter && Number(numbered[2]) < (parameter.count ?? 0) ? parameter : undefined;
}

/** Checks one value; puts a text under `path` in `errors` and returns undefined when it is wrong. */
export function checkValue(
  parameter: Parameter,
  given: unknown,
  to: { path: string; errors: Record<string, string> },
): ParameterValue | undefined {
  if (parameter.type === 'array') return checkArray(parameter, given, to);
  const text = typeof given === 'boolean' ? (given ? '1' : '0') : plain(given);
  const typed = text === undefined ? undefined : convert(parameter.type, text);
  if (typed === undefined || text === undefined) {
    to.errors[to.path] = `type check ('${parameter.type}') failed - got '${text ?? JSON.stringify(given)}'`;
    return undefined;
  }
  const wrong = findFault(parameter, { text, typed, path: to.path });
  if (wrong === undefined) return typed;
  to.errors[to.path] = wrong;
  return undefined;
}

function checkArray(
  parameter: Parameter,
  given: unknown,
  to: { path: string; errors: Record<string, string> },
) {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  const items = parameter.items ?? { type: 'string' };
  return list.flatMap((item, index) => {
    const value = checkValue(items, item, { path: `${to.path}[${index}]`, errors: to.errors });
    return value === undefined ? [] : [String(value)];
  });
}

function plain(given: unknown): string | undefined {
  if (typeof given === 'string') return given;
  return typeof given === 'number' ? String(given) : undefined;
}

function convert(type: Parameter['type'], text: string): string | number | undefined {
  switch (type) {
    case 'integer':
      return /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
    case 'number':
      return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined;
    case 'boolean':
      if (/^(1|on|yes|true)$/i.test(text)) return 1;
      return /^(0|off|no|false)$/i.test(text) ? 0 : undefined;
    default:
      return text;
  }
}

function findFault(
  parameter: Parameter,
  value: { text: string; typed: string | number; path: string },
): string | undefined {
  if (parameter.format !== undefined) {
    const wrong = checkFormat(parameter.format, value.text, value.path);
    if (wrong !== undefined) return `invalid format - ${wrong}`;
  }
  if (parameter.pattern !== undefined && !new RegExp(`^(?:${parameter.pattern})$`).test(value.text)) {
    return 'value does not match the regex pattern';
  }
  const { maxLength, minLength, maximum, minimum } = parameter;
  if (maxLength !== undefined && value.text.length > maxLength) {
    return `value may only be ${maxLength} characters long`;
  }
  if (minLength !== undefined && value.text.length < minLength) {
    return `value must be at least ${minLength} characters long`;
  }
  if (typeof value.typed === 'number') {
    if (maximum !== undefined && value.typed > maximum)
      return `value must have a maximum value of ${maximum}`;
    if (minimum !== undefined && value.typed < minimum)
      return `value must have a minimum value of ${minimum}`;
  }
  if (parameter.enum && !parameter.enum.includes(value.text)) {
    return `value '${value.text}' does not have a value in the enumeration '${parameter.enum.join(', ')}'`;
  }
  return undefined;
}
