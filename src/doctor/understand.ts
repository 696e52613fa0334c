import type { CommandResult } from '../hosts/host.ts';
import { Garbled } from './look.ts';

export type Row = Readonly<Record<string, unknown>>;

/** The API gave a list of objects; `what` names the path. Throws Garbled. */
export function rowsOf(value: unknown, what: string): readonly Row[] {
  if (Array.isArray(value) && value.every(isRow)) return value;
  throw new Garbled(what, value);
}

export function rowOf(value: unknown, what: string): Row {
  if (isRow(value)) return value;
  throw new Garbled(what, value);
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON that a command printed. Throws Garbled. */
export function jsonOf(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Garbled(what, text);
  }
}

/** Standard output of a command that should succeed. Throws Garbled with what it said instead. */
export function outputOf(result: CommandResult, what: string): string {
  if (result.exitCode === 0) return result.stdout;
  throw new Garbled(what, result.stderr || result.stdout || `exit code ${result.exitCode}`);
}

export function textAt(row: Row, key: string): string {
  const value = row[key];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** Perl says numbers as texts at times; undefined where it is none. */
export function numberAt(row: Row, key: string): number | undefined {
  const value = row[key];
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

export function isOn(row: Row, key: string): boolean {
  return row[key] === 1 || row[key] === '1' || row[key] === true;
}
