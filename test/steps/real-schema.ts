import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** One parameter, or one key of a property string, as the real API describes itself. */
interface Described {
  type?: string;
  optional?: number | string;
  enum?: readonly string[] | null;
  pattern?: string;
  minimum?: number | string;
  maximum?: number | string;
  minLength?: number;
  maxLength?: number;
  requires?: string;
  default_key?: number;
  alias?: string;
  keyAlias?: string;
  format?: string | Record<string, Described>;
  items?: Described;
}

type Properties = Record<string, Described>;

/** Parts of which all hold, or one, by the parameter that tells the kind. */
interface Part {
  properties?: Properties;
  oneOf?: readonly { 'instance-type': string; properties: Properties }[];
  'type-property'?: string;
  'type-property-schema'?: Described;
}

interface Method {
  parameters?: { properties?: Properties; additionalProperties?: number; allOf?: readonly Part[] };
}

/** The real API's own description of itself; empty where the recording is not at hand. */
const FILE = path.resolve(import.meta.dirname, '../../../shared/pve/api-schema.json');
const SCHEMA: Record<string, Record<string, Method>> = existsSync(FILE)
  ? JSON.parse(readFileSync(FILE, 'utf8'))
  : {};

export const hasSchema = Object.keys(SCHEMA).length > 0;

export interface SentRequest {
  method: string;
  /** Behind `/api2/json`, percent-encoded. */
  path: string;
  params: Readonly<Record<string, unknown>>;
}

/** The route of a path: `/nodes/{node}/qemu/{vmid}`; a literal part wins over a placeholder. */
export function routeOf(given: string): string | undefined {
  const parts = given.split('/');
  const fits = Object.keys(SCHEMA).filter((route) => {
    const wanted = route.split('/');
    // A volume's name may hold slashes of its own; the client encodes them, so the parts stay equal in number.
    return (
      wanted.length === parts.length &&
      wanted.every((part, at) => part === parts[at] || (part.startsWith('{') && parts[at] !== ''))
    );
  });
  return fits.sort((a, b) => a.split('{').length - b.split('{').length)[0];
}

/** What a real node would refuse about a request's parameters; empty: nothing. */
export function problemsOf({ method, path: given, params }: SentRequest): string[] {
  const route = routeOf(given);
  const info = route === undefined ? undefined : SCHEMA[route]?.[method];
  if (route === undefined || !info) return [`${method} ${given} is no route of the real API`];
  const known = knownOf(info, params);
  const inPath = placeholders(route, given);
  const all: Record<string, unknown> = { ...defined(params), ...inPath };
  const problems = Object.entries(all).flatMap(([name, value]) => {
    const described = known[name] ?? known[name.replace(/\d+$/, '[n]')];
    if (!described) return [`${name} is not known`];
    const { type, items } = described;
    if (type === 'array' && items)
      return [value].flat().flatMap((item) => valueProblems(name, String(item), items));
    return valueProblems(name, String(value), described);
  });
  for (const [name, { optional, requires }] of Object.entries(known)) {
    if (!isTrue(optional) && all[name] === undefined) problems.push(`${name} is missing`);
    if (requires && all[name] !== undefined && all[requires] === undefined)
      problems.push(`${name} wants ${requires} beside it`);
  }
  return problems.map((problem) => `${method} ${route}: ${problem}`);
}

/** The parameters of a method; where it is one kind or another, those of the kind that is asked for. */
function knownOf({ parameters }: Method, params: SentRequest['params']): Properties {
  const parts = (parameters?.allOf ?? []).map((part): Properties => {
    const { oneOf, 'type-property': by, 'type-property-schema': type } = part;
    if (!oneOf || by === undefined) return part.properties ?? {};
    const kind = oneOf.find((one) => one['instance-type'] === params[by]);
    return { ...kind?.properties, [by]: type ?? {} };
  });
  return Object.assign({}, parameters?.properties, ...parts);
}

function valueProblems(name: string, value: string, described: Described): string[] {
  const { type, format, minLength = 0, maxLength = Number.POSITIVE_INFINITY } = described;
  const problems: string[] = [];
  const say = (what: string): void => void problems.push(`${name}=${JSON.stringify(value)} ${what}`);
  if (type === 'integer' && !/^-?\d+$/.test(value)) say('is no integer');
  if (type === 'boolean' && !/^(1|0|on|off|yes|no|true|false)$/i.test(value)) say('is no boolean');
  if ((type === 'integer' || type === 'number') && Number(value) < Number(described.minimum))
    say('too small');
  if ((type === 'integer' || type === 'number') && Number(value) > Number(described.maximum))
    say('too large');
  if (described.enum && !described.enum.includes(value)) say(`is none of ${described.enum.join(', ')}`);
  if (described.pattern !== undefined && !perl(described.pattern).test(value))
    say('does not match the pattern');
  if (value.length < minLength || value.length > maxLength) say('has a wrong length');
  if (typeof format === 'object') problems.push(...propertyProblems(name, value, format));
  if (typeof format === 'string') {
    const check = FORMATS[format.replace(/-list$/, '')];
    if (!check) say(`has the format ${format}, which this test does not know`);
    else if (!(format.endsWith('-list') ? value.split(/[;, ]+/) : [value]).every((part) => check.test(part)))
      say(`is no ${format}`);
  }
  return problems;
}

/** `a=b,c=d`, where one key may go without its name, and a key may stand for two (`virtio=<mac>`). */
function propertyProblems(name: string, text: string, format: Record<string, Described>): string[] {
  const [unnamed] = Object.entries(format).find(([, described]) => isTrue(described.default_key)) ?? [];
  const seen = new Set<string>();
  const problems = text.split(',').flatMap((part) => {
    const [left = '', ...rest] = part.split('=');
    const [key, value] = rest.length > 0 ? [left, rest.join('=')] : [unnamed, part];
    const described = key === undefined ? undefined : format[key];
    if (key === undefined || !described) return [`${name}: the key of "${part}" is not known`];
    const target = described.alias ?? key;
    if (described.keyAlias) seen.add(described.keyAlias);
    seen.add(target);
    return valueProblems(`${name}.${target}`, value, format[target] ?? {});
  });
  for (const [key, described] of Object.entries(format)) {
    if (!described.alias && !isTrue(described.optional) && !seen.has(key))
      problems.push(`${name}.${key} is missing`);
  }
  return problems;
}

/** The formats that our requests use, as the API's own code checks them. */
const FORMATS: Readonly<Record<string, RegExp>> = {
  'pve-vmid': /^[1-9][0-9]{2,8}$/,
  'pve-node': /^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?$/,
  'pve-storage-id': /^[a-z][a-z0-9\-_.]*[a-z0-9]$/i,
  'pve-storage-content': /^(none|images|rootdir|vztmpl|iso|backup|snippets|import)$/,
  'pve-poolid': /^[A-Za-z0-9.\-_]+(\/[A-Za-z0-9.\-_]+){0,2}$/,
  'pve-ha-resource-or-vm-id': /^([a-z]+:\S+|\d+)$/,
  'pve-ha-resource-id': /^[a-z]+:\S+$/,
  'pve-ha-node': /^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?(:\d+)?$/,
  'pve-configid': /^[a-z][a-z0-9_-]+$/i,
  'pve-tag': /^[a-z0-9_][a-z0-9_\-+.]*$/i,
  'pve-bridge-id': /^[-_.\w]+$/,
  'pve-volume-id': /^[a-z][a-z0-9\-_.]*[a-z0-9]:\S+$/i,
  'pve-volume-id-or-qm-path': /^(none|cdrom|[a-z][a-z0-9\-_.]*:\S+)$/i,
  'pve-volume-id-or-absolute-path': /^(\/\S+|[a-z][a-z0-9\-_.]*:\S+)$/i,
  'pve-vm-cpu-conf': /^(cputype=)?[\w-]+(,(flags|hidden|hv-vendor-id|phys-bits|reported-model)=[^,]+)*$/,
  'pve-qm-boot': /^(legacy=\w+|order=[a-z]+\d+(;[a-z]+\d+)*)$/,
  'pve-qm-cicustom':
    /^(user|meta|network|vendor)=[a-z][\w.-]*:snippets\/[^,\s]+(,(user|meta|network|vendor)=[a-z][\w.-]*:snippets\/[^,\s]+)*$/,
  'pve-qm-ipconfig':
    /^(ip=(dhcp|[\d.]+\/\d+)(,gw=[\d.]+)?)?(,?ip6=(auto|dhcp|[0-9a-f:.]+\/\d+)(,gw6=[0-9a-f:.]+)?)?$/i,
  'pve-qm-ide': /^\S+$/,
  'pve-storage-path-in-property-string': /^\/[^;,=()]+$/,
  'pve-iface': /^[a-zA-Z][a-zA-Z0-9_]{1,20}([:.]\d+)?$/,
  'mac-addr': /^[0-9a-f][02468ace](:[0-9a-f]{2}){5}$/i,
  'dns-name': /^([a-z0-9]([a-z0-9-]*[a-z0-9])?)(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i,
  'disk-size': /^\d+(\.\d+)?[KMGT]?$/,
};

function placeholders(route: string, given: string): Record<string, string> {
  const parts = given.split('/');
  return Object.fromEntries(
    route
      .split('/')
      .flatMap((part, at) =>
        part.startsWith('{') ? [[part.slice(1, -1), decodeURIComponent(parts[at] ?? '')]] : [],
      ),
  );
}

function perl(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern.replaceAll('(?^:', '(?:').replaceAll('{,', '{0,')})$`);
}

function defined(params: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined));
}

function isTrue(flag: number | string | undefined): boolean {
  return flag === 1 || flag === '1';
}
