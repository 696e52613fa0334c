import type { Facts } from '../facts/facts.ts';
import type { ApiCall, Call, StepValue } from '../plan/step.ts';
import type { Verb } from '../plan/verb.ts';
import { sameValue } from '../pve/property-string.ts';
import { apiPath } from '../pve/pve.ts';
import { type GuestRef, ownPlace, placeOf, readConfig, surePlace } from './our-guest.ts';

export interface ConfigureGuestArgs extends Record<string, StepValue> {
  guest: GuestRef & Record<string, StepValue>;
  /** Option → value, as `PUT /nodes/{node}/qemu/{vmid}/config` takes it. */
  set: Readonly<Record<string, string | number>>;
  /** Options to take away. */
  clear: readonly string[];
  /** The guest is made by this very plan: nothing to compare, and its removal takes this back. */
  isNew: boolean;
}

type Before = Record<string, string | null>;

/** Sets options of a guest of ours; one synchronous call. The receipt holds what stood there before. */
export const configureGuest: Verb<ConfigureGuestArgs, { before: Before }> = {
  name: 'configure-guest',

  calls({ guest, isNew, ...args }, facts): Call[] {
    const config = configOf(guest, facts);
    return [
      {
        method: 'PUT',
        path: apiPath`/nodes/${guest.node}/qemu/${guest.vmid}/config`,
        params: parameters(args),
        ...(isNew || !config ? {} : { changes: changesOf(args, config) }),
      },
    ];
  },

  check({ guest, isNew, ...args }, facts) {
    const config = configOf(guest, facts);
    if (isNew && !config) return { needed: true };
    const different = differences(args, config ?? {});
    if (different.length > 0) return { needed: true, why: `${different.join(', ')} differ` };
    return { needed: false, why: 'is configured so', receipt: { before: {} } };
  },

  async apply({ guest, isNew, ...args }, context) {
    const place = isNew ? ownPlace(guest, context) : await surePlace(guest, context);
    const path = apiPath`/nodes/${place.node}/qemu/${place.vmid}/config`;
    let before: Before = {};
    if (!isNew) {
      before = valuesOf([...Object.keys(args.set), ...args.clear], (await readConfig(place, context)) ?? {});
      await context.note({ before });
    }
    await context.pve.put<null>(path, parameters(args), context);
    return { before };
  },

  async find({ guest, ...args }, context) {
    const config = await readConfig(placeOf(guest, context), context);
    if (!config || differences(args, config).length > 0) return undefined;
    const noted = context.attempt.notes[0] as { before: Before } | undefined;
    return { before: noted?.before ?? {} };
  },

  async undo({ guest, isNew }, { before }, context) {
    if (isNew || Object.keys(before).length === 0) return;
    const { node, vmid } = ownPlace(guest, context);
    const absent = Object.keys(before).filter((key) => before[key] === null);
    const values = Object.entries(before).filter((entry): entry is [string, string] => entry[1] !== null);
    const params = parameters({ set: Object.fromEntries(values), clear: absent });
    await context.pve.put<null>(apiPath`/nodes/${node}/qemu/${vmid}/config`, params, context);
  },
};

function configOf({ uid }: GuestRef, facts: Facts): Readonly<Record<string, string>> | undefined {
  return facts.guests.find((other) => other.identity?.uid === uid)?.config;
}

/** What the guest has now and what it will have, of all that differs. */
function changesOf(
  wanted: Wanted,
  config: Readonly<Record<string, string>>,
): NonNullable<ApiCall['changes']> {
  const changes = differences(wanted, config).map((key) => {
    const will = wanted.set[key];
    return [key, { was: config[key] ?? null, will: will === undefined ? null : String(will) }] as const;
  });
  return Object.fromEntries(changes);
}

type Wanted = Pick<ConfigureGuestArgs, 'set' | 'clear'>;

function parameters({ set, clear }: Wanted): ConfigureGuestArgs['set'] {
  return { ...set, ...(clear.length > 0 ? { delete: clear.join(',') } : {}) };
}

function differences({ set, clear }: Wanted, config: Readonly<Record<string, unknown>>): string[] {
  const other = Object.keys(set).filter((key) => !sameValue(key, String(set[key]), config[key]));
  return [...other, ...clear.filter((key) => config[key] !== undefined)];
}

function valuesOf(keys: readonly string[], config: Readonly<Record<string, unknown>>): Before {
  return Object.fromEntries(keys.map((key) => [key, config[key] === undefined ? null : String(config[key])]));
}
