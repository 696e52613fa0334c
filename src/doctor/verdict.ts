import type { About, Fix, Mend, Verdict } from './check.ts';

export function pass(message: string): Verdict {
  return { severity: 'pass', message };
}

export function info(message: string, fix?: Fix): Verdict {
  return { severity: 'info', message, ...(fix ? { fix } : {}) };
}

export function warn(message: string, fix: Fix, mend?: Mend): Verdict {
  return { severity: 'warn', message, fix, ...(mend ? { mend } : {}) };
}

export function fail(message: string, fix: Fix, mend?: Mend): Verdict {
  return { severity: 'fail', message, fix, ...(mend ? { mend } : {}) };
}

/** `message` is the reason. */
export function skip(message: string): Verdict {
  return { severity: 'skip', message };
}

/** Something that only some need is not there: a failure for whoever wants it, a remark for all others. */
export function lacking(about: Pick<About, 'wanted'>, message: string, fix: Fix, mend?: Mend): Verdict {
  return about.wanted ? fail(message, fix, mend) : { ...info(message, fix), lacks: true };
}

/** The verdicts, or that all is well. */
export function orPass(verdicts: readonly Verdict[], message: string): readonly Verdict[] {
  return verdicts.length === 0 ? [pass(message)] : verdicts;
}

/** `a`, `a and b`, `a, b and c`; a long list ends with how many there are beside. */
export function listed(words: readonly (string | number)[], most = 6): string {
  if (words.length > most)
    return `${words.slice(0, most - 1).join(', ')} and ${words.length - most + 1} more`;
  const last = words.at(-1);
  return words.length < 2 ? String(last ?? '') : `${words.slice(0, -1).join(', ')} and ${last}`;
}

/** `1 guest`, `3 guests`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return number === 1 ? `1 ${one}` : `${number} ${many}`;
}
