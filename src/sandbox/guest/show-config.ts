import { findParameter } from '../schema/check.ts';
import { splitList } from '../schema/formats.ts';
import { GUEST_OPTIONS } from '../schema/guest-options.ts';
import type { World } from '../world.ts';

/** GET …/config: with what is pending, unless only the current values are wanted. */
export function currentConfig(
  world: World,
  of: { node: string; vmid: number; current: boolean },
): Record<string, unknown> {
  const conf = world.guests.read(of.vmid, of.node);
  const { delete: dropped = '', ...pending } = conf.pending;
  const values: Record<string, string> = of.current ? { ...conf.values } : { ...conf.values, ...pending };
  if (!of.current) for (const name of splitList(dropped)) delete values[name];
  const shown = Object.entries(values).map(([name, value]) => [name, show(name, value)]);
  return { ...Object.fromEntries(shown), digest: world.guests.digest(of.vmid, of.node) };
}

/** GET …/pending: every option with its value, the value that waits, and whether it waits to be deleted. */
export function pendingConfig(world: World, of: { node: string; vmid: number }, only = /^/): unknown[] {
  const conf = world.guests.read(of.vmid, of.node);
  const { delete: dropped = '', ...pending } = conf.pending;
  const deleted = splitList(dropped);
  const names = [...new Set([...Object.keys(conf.values), ...Object.keys(pending)])].filter((name) =>
    only.test(name),
  );
  const entries: Record<string, unknown>[] = names.map((key) => {
    const value = conf.values[key];
    const waits = pending[key];
    return {
      key,
      ...(value === undefined ? {} : { value: show(key, value) }),
      ...(waits === undefined ? {} : { pending: show(key, waits) }),
      ...(deleted.includes(key) ? { delete: 1 } : {}),
    };
  });
  if (only.test('digest')) entries.push({ key: 'digest', value: world.guests.digest(of.vmid, of.node) });
  return entries;
}

/** Whole numbers and switches are numbers in the answer, everything else is text, also what looks like a number. */
function show(name: string, value: string): string | number {
  if (name === 'cipassword') return '**********';
  const type = findParameter(GUEST_OPTIONS, name)?.type;
  return (type === 'integer' || type === 'boolean') && /^\d+$/.test(value) ? Number(value) : value;
}
