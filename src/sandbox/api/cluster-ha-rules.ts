import { badParameters, fail } from '../refusal.ts';
import { checkParameters, type Values } from '../schema/check.ts';
import { splitList } from '../schema/formats.ts';
import { boolean, formatted, oneOf, type Parameters, required, text } from '../schema/parameter.ts';
import type { Section } from '../state/section-config.ts';
import { onRoot } from './permission.ts';
import type { Call, Route } from './route.ts';

const RULE = required(formatted('pve-configid'));
const TYPES = ['node-affinity', 'resource-affinity'];
const COMMON: Parameters = {
  comment: text({ maxLength: 4096 }),
  disable: boolean(),
  resources: required(formatted('pve-ha-resource-id-list')),
};

/** The two kinds of rule; the real schema is one or the other by `type`. */
export const RULE_KINDS: Readonly<Record<string, Parameters>> = {
  'node-affinity': { ...COMMON, nodes: required(formatted('pve-ha-node-list')), strict: boolean() },
  'resource-affinity': { ...COMMON, affinity: required(oneOf(['positive', 'negative'])) },
};
const ANY_KIND = optional({ ...RULE_KINDS['node-affinity'], ...RULE_KINDS['resource-affinity'] });

export const haRuleRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/cluster/ha/rules',
    permission: onRoot('Sys.Audit'),
    parameters: { resource: text(), type: oneOf(TYPES) },
    handle: ({ world, given }) => {
      const type = given.text('type');
      const resource = given.text('resource');
      return world.haRules
        .all()
        .filter((rule) => type === undefined || rule.type === type)
        .filter((rule) => resource === undefined || splitList(rule.values.resources ?? '').includes(resource))
        .map((rule) => describe(rule, world.haRules.digest()));
    },
  },
  {
    method: 'POST',
    path: '/cluster/ha/rules',
    permission: onRoot('Sys.Console'),
    parameters: { ...ANY_KIND, rule: RULE, type: required(oneOf(TYPES)) },
    handle: (call) => {
      const { world, given } = call;
      const id = given.need('rule');
      const failed = (reason: string) => fail(`create ha rule failed: ${reason}`);
      if (world.haRules.get(id)) throw failed(`rule '${id}' already defined`);
      const values = checkKind(given.need('type'), call.values);
      checkResources(call, { type: given.need('type'), values }, failed);
      world.haRules.set({ type: given.need('type'), id, values });
      return null;
    },
  },
  {
    method: 'GET',
    path: '/cluster/ha/rules/{rule}',
    permission: onRoot('Sys.Audit'),
    parameters: { rule: RULE },
    handle: (call) => describe(needRule(call), call.world.haRules.digest()),
  },
  {
    method: 'PUT',
    path: '/cluster/ha/rules/{rule}',
    permission: onRoot('Sys.Console'),
    parameters: {
      ...ANY_KIND,
      delete: formatted('pve-configid-list', { maxLength: 4096 }),
      digest: text({ maxLength: 64 }),
      rule: RULE,
      type: required(oneOf(TYPES)),
    },
    handle: (call) => {
      const rule = needRule(call);
      if (call.given.text('type') !== rule.type)
        throw badParameters({ type: `rule is of type '${rule.type}'` });
      const values: Record<string, string> = { ...rule.values };
      for (const [name, value] of Object.entries(call.values)) {
        if (!['rule', 'type', 'delete', 'digest'].includes(name)) values[name] = String(value);
      }
      for (const name of splitList(call.given.text('delete') ?? '')) delete values[name];
      checkResources(call, { type: rule.type, values }, (reason) => fail(`update ha rule failed: ${reason}`));
      call.world.haRules.set({ ...rule, values });
      return null;
    },
  },
  {
    method: 'DELETE',
    path: '/cluster/ha/rules/{rule}',
    permission: onRoot('Sys.Console'),
    parameters: { rule: RULE },
    handle: (call) => {
      call.world.haRules.delete(needRule(call).id);
      return null;
    },
  },
];

function optional(parameters: Parameters): Parameters {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, one]) => [name, { ...one, optional: true }]),
  );
}

function checkKind(type: string, values: Values): Record<string, string> {
  const { rule: _, type: __, ...rest } = values;
  const checked = checkParameters(RULE_KINDS[type] ?? {}, rest);
  return Object.fromEntries(Object.entries(checked).map(([name, value]) => [name, String(value)]));
}

function checkResources(
  { world }: Call,
  rule: { type: string; values: Readonly<Record<string, string>> },
  failed: (reason: string) => Error,
): void {
  const resources = splitList(rule.values.resources ?? '');
  const unmanaged = resources.filter((sid) => !world.haResources.get(sid.replace(/^(vm|ct):/, '')));
  if (unmanaged.length > 0) throw failed(`cannot use unmanaged resource(s) ${unmanaged.join(', ')}.`);
  if (rule.type === 'resource-affinity' && resources.length < 2) {
    throw failed('rule is ineffective as there are less than two resources');
  }
  const unknown = splitList(rule.values.nodes ?? '').find(
    (node) => !world.nodes.find(node.split(':')[0] ?? ''),
  );
  if (unknown !== undefined) throw failed(`no such cluster node '${unknown}'`);
}

function needRule({ world, given }: Call): Section {
  const rule = world.haRules.get(given.need('rule'));
  if (!rule) throw fail(`no such ha rule '${given.need('rule')}'`);
  return rule;
}

function describe(rule: Section, digest: string) {
  const numbers = ['disable', 'strict'];
  const values = Object.entries(rule.values).map(([key, value]) => [
    key,
    numbers.includes(key) ? Number(value) : value,
  ]);
  return { rule: rule.id, type: rule.type, digest, ...Object.fromEntries(values) };
}
