import { splitList } from '../schema/formats.ts';
import {
  boolean,
  formatted,
  integer,
  number,
  oneOf,
  type Parameters,
  type PropertyFormat,
  required,
  text,
} from '../schema/parameter.ts';
import { onRoot } from './permission.ts';
import type { Route } from './route.ts';

const rates = (names: string): PropertyFormat =>
  Object.fromEntries(names.split(' ').map((name) => [name, number({ minimum: 0 })]));

const NETWORK: PropertyFormat = {
  type: required(oneOf(['secure', 'insecure'], { defaultKey: true })),
  network: formatted('CIDR'),
};

const TAG = '[A-Za-z0-9_][A-Za-z0-9_\\-\\+\\.]*';

const COLOR = `${TAG}:[0-9a-fA-F]{6}(?::[0-9a-fA-F]{6})?`;

const rebalance = { requires: 'ha-auto-rebalance' };

const OPTIONS: Parameters = {
  bwlimit: formatted(rates('clone default migration move restore')),
  'consent-text': text({ maxLength: 65536 }),
  console: oneOf(['applet', 'vv', 'html5', 'xtermjs']),
  crs: formatted({
    ha: oneOf(['basic', 'static', 'dynamic']),
    'ha-auto-rebalance': boolean(),
    'ha-auto-rebalance-hold-duration': number({ minimum: 0, ...rebalance }),
    'ha-auto-rebalance-margin': number({ minimum: 0, maximum: 100, ...rebalance }),
    'ha-auto-rebalance-method': oneOf(['bruteforce', 'topsis'], rebalance),
    'ha-auto-rebalance-threshold': number({ minimum: 0, maximum: 100, ...rebalance }),
    'ha-rebalance-on-start': boolean(),
  }),
  delete: formatted('pve-configid-list'),
  description: text({ maxLength: 65536 }),
  email_from: formatted('email-opt'),
  fencing: oneOf(['watchdog', 'hardware', 'both']),
  ha: formatted({ shutdown_policy: required(oneOf(['freeze', 'failover', 'conditional', 'migrate'])) }),
  http_proxy: text({ pattern: 'http://.*' }),
  keyboard: oneOf(
    'de,de-ch,da,en-gb,en-us,es,fi,fr,fr-be,fr-ca,fr-ch,hu,is,it,ja,lt,mk,nl,no,pl,pt,pt-br,sv,sl,tr'.split(
      ',',
    ),
  ),
  language: oneOf(
    'ar,ca,da,de,en,es,eu,fa,fr,hr,he,it,ja,ka,kr,nb,nl,nn,pl,pt_BR,ru,sl,sv,tr,ukr,zh_CN,zh_TW'.split(','),
  ),
  location: formatted('pve-node-location'),
  mac_prefix: formatted('mac-prefix'),
  max_workers: integer({ minimum: 1 }),
  migration: formatted(NETWORK),
  migration_unsecure: boolean(),
  'next-id': formatted({ lower: integer(), upper: integer() }),
  notify: formatted({
    fencing: oneOf(['always', 'never']),
    'package-updates': oneOf(['auto', 'always', 'never']),
    replication: oneOf(['always', 'never']),
    'target-fencing': text(),
    'target-package-updates': text(),
    'target-replication': text(),
  }),
  'registered-tags': text({ pattern: `(?:${TAG};)*${TAG}` }),
  replication: formatted(NETWORK),
  'tag-style': formatted({
    'case-sensitive': boolean(),
    'color-map': text({ pattern: `(?:${COLOR})(?:;(?:${COLOR}))*` }),
    ordering: oneOf(['config', 'alphabetical']),
    shape: oneOf(['full', 'circle', 'dense', 'none']),
  }),
  u2f: formatted({ appid: text(), origin: text() }),
  'user-tag-access': formatted({
    'user-allow': oneOf(['none', 'list', 'existing', 'free']),
    'user-allow-list': text({ pattern: `${TAG}(?:;${TAG})*` }),
  }),
  webauthn: formatted({ 'allow-subdomains': boolean(), id: text(), origin: text(), rp: text() }),
};

export const optionRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/cluster/options',
    permission: { user: 'all', ...onRoot('Sys.Audit') },
    parameters: {},
    handle: ({ world }) => ({
      'allowed-tags': splitList(world.options.values['registered-tags'] ?? ''),
      description: '',
      mac_prefix: 'BC:24:11',
      ...world.options.values,
    }),
  },
  {
    method: 'PUT',
    path: '/cluster/options',
    permission: onRoot('Sys.Modify'),
    parameters: OPTIONS,
    handle: ({ world, values, given }) => {
      const next = { ...world.options.values };
      for (const [name, value] of Object.entries(values)) if (name !== 'delete') next[name] = String(value);
      for (const name of splitList(given.text('delete') ?? '')) delete next[name];
      world.options.set(next);
      return null;
    },
  },
];
