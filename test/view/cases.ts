import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface Case {
  name: string;
  /** The input, parsed. */
  given: unknown;
  /** What must come out, exactly. */
  expected: string;
}

/** Pairs on disk: `name.json` is what is given, `name.txt` (or `.expected.json`) what must come out. */
export function casesIn(folder: string, ending = '.txt'): Case[] {
  const here = path.resolve(import.meta.dirname, 'cases', folder);
  const names = readdirSync(here)
    .filter((file) => file.endsWith('.json') && !file.endsWith('.expected.json'))
    .map((file) => file.slice(0, -'.json'.length));
  return names.map((name) => ({
    name,
    given: JSON.parse(readFileSync(path.join(here, `${name}.json`), 'utf8')),
    expected: readFileSync(path.join(here, name + ending), 'utf8'),
  }));
}
