import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RULE_KINDS } from '../../src/sandbox/api/cluster-ha-rules.ts';
import type { Route } from '../../src/sandbox/api/route.ts';
import { ROUTES } from '../../src/sandbox/api/routes.ts';
import { isAlias, type Parameter, type Property } from '../../src/sandbox/schema/parameter.ts';

type Described = Record<string, unknown>;
interface MethodInfo {
  parameters?: { properties?: Record<string, Described>; allOf?: Described[] };
  permissions?: { check?: unknown; user?: string };
  proxyto?: string;
  allowtoken?: number;
}

const FILE = join(import.meta.dirname, '../../../shared/pve/api-schema.json');
const SCHEMA: Record<string, Record<string, MethodInfo>> = existsSync(FILE)
  ? JSON.parse(readFileSync(FILE, 'utf8'))
  : {};

/** Routes that the schema at hand does not list. */
const UNLISTED: Readonly<Record<string, string>> = {
  'GET /': 'the file begins below the root',
  'GET /nodes/{node}/subscription': 'the file holds no subscriptions',
  'GET /nodes/{node}/lxc': 'the file holds no containers',
  'GET /nodes/{node}/lxc/{vmid}/config': 'the file holds no containers',
};

/** Patterns that say the same in other letters. */
const SAME_PATTERN: Readonly<Record<string, string>> = {
  'registered-tags': 'a case-insensitive group, written out',
  'tag-style.color-map': 'a case-insensitive group, written out',
  'user-tag-access.user-allow-list': 'a case-insensitive group, written out',
};

const nameOf = ({ method, path }: Route) => `${method} ${path}`;
const listed = ROUTES.filter((route) => UNLISTED[nameOf(route)] === undefined);

describe.skipIf(Object.keys(SCHEMA).length === 0)('kinds of HA rules (skipped without ../shared/pve)', () => {
  const parts = SCHEMA['/cluster/ha/rules']?.POST?.parameters?.allOf as { oneOf?: Kind[] }[] | undefined;
  const kinds = parts?.find((part) => part.oneOf)?.oneOf ?? [];
  it.each(kinds)('$instance-type', (kind) => {
    expect(describeOwn(RULE_KINDS[kind['instance-type']] ?? {}, '')).toEqual(
      describeReal(kind.properties, ''),
    );
  });
});

interface Kind {
  'instance-type': string;
  properties: Record<string, Described>;
}

describe.skipIf(Object.keys(SCHEMA).length === 0)(
  'routes against the real schema (skipped without ../shared/pve)',
  () => {
    it.each(listed.map((route) => ({ name: nameOf(route), route })))('$name', ({ route }) => {
      const info = SCHEMA[route.path]?.[route.method];
      expect(info, 'unknown to the real API').toBeDefined();
      if (!info) return;
      expect(describeOwn(route.parameters, '')).toEqual(describeReal(propertiesOf(info), ''));
      expect({ proxied: route.proxied === true, noToken: route.noToken === true }).toEqual({
        proxied: info.proxyto === 'node',
        noToken: info.allowtoken === 0,
      });
      expect(permissionOf(route.permission)).toEqual(permissionOf(info.permissions));
    });

    it('lists only what is not in the schema', () => {
      for (const name of Object.keys(UNLISTED)) {
        const [method = '', path = ''] = name.split(' ');
        expect(SCHEMA[path]?.[method]).toBeUndefined();
      }
    });
  },
);

/** The properties of a method. Where it is one kind or another by `type`, all of them; the kinds have a test below. */
function propertiesOf(info: MethodInfo): Record<string, Described> {
  const { properties, allOf } = info.parameters ?? {};
  if (!allOf) return properties ?? {};
  const parts = allOf as {
    properties?: Record<string, Described>;
    oneOf?: typeof parts;
    [name: string]: unknown;
  }[];
  const result: Record<string, Described> = {};
  for (const part of parts) {
    Object.assign(result, part.properties);
    for (const kind of part.oneOf ?? []) {
      for (const [name, property] of Object.entries(kind.properties ?? {}))
        result[name] = { ...property, optional: 1 };
    }
    if (part.oneOf) result[String(part['type-property'])] = part['type-property-schema'] as Described;
  }
  return result;
}

function permissionOf(permission: { check?: unknown; user?: string } | undefined) {
  if (!permission) return null;
  return { user: permission.user ?? null, check: permission.check ?? null };
}

function describeReal(properties: Record<string, Described>, at: string): unknown {
  return sorted(properties, (name, property) => {
    if (property.alias !== undefined) return { alias: property.alias, keyAlias: property.keyAlias };
    return clean({
      type: property.type,
      optional: property.optional ? true : undefined,
      enum: property.enum ?? undefined,
      pattern: patternOf(`${at}${name}`, property.pattern),
      minimum: limit(property.minimum),
      maximum: limit(property.maximum),
      minLength: property.minLength,
      maxLength: property.maxLength,
      requires: property.requires,
      defaultKey: property.default_key ? true : undefined,
      format: formatOf(property.format, `${at}${name}.`),
      items: property.items
        ? describeReal({ item: property.items as Described }, `${at}${name}.`)
        : undefined,
    });
  });
}

function formatOf(format: unknown, at: string): unknown {
  return typeof format === 'object' && format !== null
    ? describeReal(format as Record<string, Described>, at)
    : format;
}

function describeOwn(parameters: Readonly<Record<string, Property>>, at: string): unknown {
  return sorted(parameters, (name, property) => {
    if (isAlias(property)) return { alias: property.alias, keyAlias: property.keyAlias };
    const { optional, pattern, format, items, count: _, ...rest } = property;
    return clean({
      ...rest,
      optional: optional ? true : undefined,
      pattern: patternOf(`${at}${name}`, pattern),
      format: typeof format === 'object' ? describeOwn(format, `${at}${name}.`) : format,
      items: items ? describeOwn({ item: items as Parameter }, `${at}${name}.`) : undefined,
    });
  });
}

function sorted<T>(
  properties: Readonly<Record<string, T>>,
  describeOne: (name: string, property: T) => unknown,
) {
  return Object.fromEntries(
    Object.keys(properties)
      .sort()
      .map((name) => [name, describeOne(name, properties[name] as T)]),
  );
}

function clean(described: Described): Described {
  return Object.fromEntries(Object.entries(described).filter(([, value]) => value !== undefined));
}

/** Some limits stand as text there. */
function limit(value: unknown): number | undefined {
  return value === undefined ? undefined : Number(value);
}

/** Perl's `(?^:…)` is a plain group, `{,8}` begins at none; a group around everything says nothing. */
function patternOf(name: string, pattern: unknown): string | undefined {
  if (pattern === undefined) return undefined;
  if (SAME_PATTERN[name] !== undefined) return SAME_PATTERN[name];
  const plain = String(pattern).replaceAll('(?^:', '(').replaceAll('(?:', '(').replaceAll('{,', '{0,');
  return unwrap(plain).replace(/^\^/, '').replace(/\$$/, '');
}

/** Takes away groups that hold the whole pattern. */
function unwrap(pattern: string): string {
  let depth = 0;
  for (const [index, character] of [...pattern].entries()) {
    const escaped = pattern[index - 1] === '\\';
    if (character === '(' && !escaped) depth += 1;
    if (character === ')' && !escaped) depth -= 1;
    if (depth === 0 && index < pattern.length - 1) return pattern;
  }
  return pattern.startsWith('(') ? unwrap(pattern.slice(1, -1)) : pattern;
}
