import { hasMigratedGroups, hasRules, managedNodes } from '../guest/ha.ts';
import { resourcesOf, ruleProblems } from '../guest/ha-rules.ts';
import { badParameters, fail, Refusal } from '../refusal.ts';
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

const routes: readonly Route[] = [
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
        .filter((rule) => resource === undefined || resourcesOf(rule).includes(resource))
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
      if (!hasMigratedGroups(world))
        throw fail('cannot create ha rule: ha groups have not been migrated yet');
      const rule = { type: given.need('type'), id, values: checkKind(given.need('type'), call.values) };
      if (world.haRules.get(id)) throw failed(`HA rule '${id}' already defined`);
      checkRule(call, rule, failed);
      world.haRules.set(rule);
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
      if (!hasMigratedGroups(call.world))
        throw fail('cannot update ha rule: ha groups have not been migrated yet');
      const failed = (reason: string) => fail(`update HA rules failed: ${reason}`);
      const digest = call.given.text('digest');
      if (digest && digest !== call.world.haRules.digest())
        throw failed('detected modified configuration - file changed by other user? Try again.');
      const rule = call.world.haRules.get(call.given.need('rule'));
      if (!rule) throw failed(`HA rule '${call.given.need('rule')}' does not exist`);
      if (call.given.text('type') !== rule.type)
        throw badParameters({ type: `rule is of type '${rule.type}'` });
      const values: Record<string, string> = { ...rule.values };
      for (const [name, value] of Object.entries(call.values)) {
        if (!['rule', 'type', 'delete', 'digest'].includes(name)) values[name] = String(value);
      }
      for (const name of splitList(call.given.text('delete') ?? '')) delete values[name];
      checkRule(call, { ...rule, values }, failed);
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
      // One that is not there is as good.
      call.world.haRules.delete(call.given.need('rule'));
      return null;
    },
  },
];

/** PVE 8 has no rules at all. */
export const haRuleRoutes: readonly Route[] = routes.map((route) => ({
  ...route,
  handle: (call) => {
    if (hasRules(call.world)) return route.handle(call);
    const path = route.path.replace('{rule}', call.given.text('rule') ?? '');
    throw new Refusal(501, `Method '${route.method} ${path}' not implemented`);
  },
}));

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

function checkRule({ world }: Call, rule: Section, failed: (reason: string) => Error): void {
  const unmanaged = resourcesOf(rule).filter((sid) => !world.haResources.get(sid.replace(/^(vm|ct):/, '')));
  if (unmanaged.length > 0) throw failed(`cannot use unmanaged resource(s) ${unmanaged.join(', ')}.`);
  const unknown = splitList(rule.values.nodes ?? '')
    .map((node) => node.split(':')[0] ?? '')
    .filter((node) => !world.nodes.find(node));
  if (unknown.length > 0) throw failed(`cannot use non-existent node(s) ${unknown.join(', ')}.`);
  const problems = ruleProblems(rule, world.haRules.all(), managedNodes(world));
  if (problems.length === 0) return;
  // An exception with a code and a text per parameter, as it looks behind the lock's own text.
  throw failed(`400 Rule '${rule.id}' is invalid.\nresources: ${problems.join(', ')}`);
}

function needRule({ world, given }: Call): Section {
  const rule = world.haRules.get(given.need('rule'));
  if (!rule) throw fail(`no such ha rule '${given.need('rule')}'`);
  return rule;
}

function describe(rule: Section, digest: string) {
  const numbers = ['disable', 'strict'];
  // The real one keeps these as sets.
  const sets = ['resources', 'nodes'];
  const values = Object.entries(rule.values).map(([key, value]) => {
    if (numbers.includes(key)) return [key, Number(value)];
    return [key, sets.includes(key) ? splitList(value).sort().join(',') : value];
  });
  return { rule: rule.id, type: rule.type, digest, ...Object.fromEntries(values) };
}
