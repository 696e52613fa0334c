import { Secret } from '../plan/secret.ts';
import type { Params } from './pve.ts';

/** Form-urlencoded: arrays repeat their key, booleans are 1 and 0, secrets are revealed, undefined is left out. */
export function encodeParams(params: Params = {}): string {
  const form = new URLSearchParams();
  for (const [key, value] of Object.entries(params)) {
    if (value === undefined) continue;
    if (Array.isArray(value)) for (const item of value) form.append(key, item);
    else form.append(key, textOf(value as Exclude<Params[string], undefined | readonly string[]>));
  }
  return form.toString();
}

function textOf(value: string | number | boolean | Secret): string {
  if (value instanceof Secret) return value.reveal();
  if (typeof value === 'boolean') return value ? '1' : '0';
  return String(value);
}
