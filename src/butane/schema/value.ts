import type { GoInteger } from '../yaml/numbers.ts';

/** A config's value: structs by Ignition's names, absent fields undefined. */
export type Value = string | GoInteger | boolean | Value[] | Struct;

export interface Struct {
  [name: string]: Value | undefined;
}

export function textOf(struct: Struct | undefined, name: string): string | undefined {
  return struct?.[name] as string | undefined;
}

/** Text that is empty when absent. */
export function textOrEmpty(struct: Struct | undefined, name: string): string {
  return (struct?.[name] as string | undefined) ?? '';
}

export function numberOf(struct: Struct | undefined, name: string): GoInteger | undefined {
  return struct?.[name] as GoInteger | undefined;
}

export function isTrue(struct: Struct | undefined, name: string): boolean {
  return struct?.[name] === true;
}

export function structOf(struct: Struct | undefined, name: string): Struct | undefined {
  return struct?.[name] as Struct | undefined;
}

export function structsOf(struct: Struct | undefined, name: string): Struct[] {
  return (struct?.[name] as Struct[] | undefined) ?? [];
}

export function textsOf(struct: Struct | undefined, name: string): string[] {
  return (struct?.[name] as string[] | undefined) ?? [];
}
