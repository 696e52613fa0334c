import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../../src/sandbox/refusal.ts';
import { checkParameters } from '../../src/sandbox/schema/check.ts';
import { GUEST_OPTIONS } from '../../src/sandbox/schema/guest-options.ts';

interface Case {
  given: Record<string, unknown>;
  /** Parameter → text; left out where all is well. */
  errors?: Record<string, string>;
}

const FOLDER = join(import.meta.dirname, 'cases/parameters');

describe.each(readdirSync(FOLDER))('parameters of a guest: %s', (name) => {
  const cases = JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Case[];
  it.each(cases.map((one) => ({ text: JSON.stringify(one.given), one })))('$text', ({ one }) => {
    expect(errorsOf(one.given)).toEqual(one.errors ?? {});
  });
});

function errorsOf(given: Record<string, unknown>): Readonly<Record<string, string>> {
  try {
    checkParameters(GUEST_OPTIONS, given);
    return {};
  } catch (error) {
    if (error instanceof Refusal && error.errors) return error.errors;
    throw error;
  }
}
