import { checkValue, findParameter } from './check.ts';
import { isAlias, type Parameter, type PropertyFormat } from './parameter.ts';

/** The keys and values of a property string such as `virtio=BC:24:11:00:00:01,bridge=vmbr0`. */
export type PropertyValues = Record<string, string>;

/**
 * Splits and checks a property string. Returns the values by their full names (aliases resolved), or the text
 * that the real API would say, which ends in a line feed.
 */
export function parsePropertyString(
  format: PropertyFormat,
  text: string,
  path: string,
): { values: PropertyValues } | { wrong: string } {
  const split = splitPropertyString(format, text);
  if ('wrong' in split) return split;
  const errors: Record<string, string> = {};
  const plain: Record<string, Parameter> = {};
  for (const [key, property] of Object.entries(format)) if (!isAlias(property)) plain[key] = property;
  for (const [key, value] of Object.entries(split.values)) {
    const at = path === '' ? key : `${path}.${key}`;
    const parameter = findParameter(plain, key);
    if (!parameter) {
      errors[at] = 'property is not defined in schema and the schema does not allow additional properties';
      continue;
    }
    const typed = checkValue(parameter, value, { path: at, errors });
    if (parameter.type === 'boolean' && typed !== undefined) split.values[key] = String(typed);
    if (parameter.requires !== undefined && split.values[parameter.requires] === undefined) {
      errors[`${path}.${parameter.requires}`] = `missing property - '${at}' requires this property`;
    }
  }
  for (const [key, parameter] of Object.entries(plain)) {
    if (!parameter.optional && split.values[key] === undefined) {
      errors[`${path}.${key}`] = 'property is missing and it is not optional';
    }
  }
  const lines = Object.keys(errors).sort();
  if (lines.length > 0)
    return { wrong: `format error\n${lines.map((at) => `${at}: ${errors[at]}\n`).join('')}` };
  return split;
}

/** The values of a string that was checked before; nothing where it cannot be read. */
export function readPropertyString(format: PropertyFormat, text: string): PropertyValues {
  const split = splitPropertyString(format, text);
  return 'values' in split ? split.values : {};
}

function splitPropertyString(
  format: PropertyFormat,
  text: string,
): { values: PropertyValues } | { wrong: string } {
  const values: PropertyValues = {};
  const defaultKey = Object.keys(format).find((key) => {
    const property = format[key];
    return property !== undefined && !isAlias(property) && property.defaultKey === true;
  });
  for (const part of text.split(',')) {
    if (part.trim() === '') continue;
    const at = part.indexOf('=');
    if (at === 0 || at === part.length - 1)
      return { wrong: 'missing key in comma-separated list property\n' };
    if (at < 0 && defaultKey === undefined) {
      return { wrong: 'value without key, but schema does not define a default key\n' };
    }
    let key = at < 0 ? (defaultKey ?? '') : part.slice(0, at);
    const property = format[key];
    if (property && isAlias(property)) {
      if (property.keyAlias !== undefined) {
        if (values[property.keyAlias] !== undefined) {
          return { wrong: `key alias '${property.keyAlias}' is already defined\n` };
        }
        values[property.keyAlias] = key;
      }
      key = property.alias;
    }
    if (values[key] !== undefined)
      return { wrong: `duplicate key in comma-separated list property: ${key}\n` };
    values[key] = part.slice(at + 1);
  }
  return { values };
}

/** The inverse: the default key's value bare and first, the rest sorted by key. */
export function printPropertyString(values: PropertyValues, defaultKey?: string): string {
  const rest = Object.keys(values)
    .filter((key) => key !== defaultKey)
    .sort()
    .map((key) => `${key}=${values[key]}`);
  const first = defaultKey === undefined ? undefined : values[defaultKey];
  return (first === undefined ? rest : [first, ...rest]).join(',');
}
