import type { Severity } from './check.ts';

export type Counts = Readonly<Record<Severity, number>>;

export function countsOf(findings: readonly { severity: Severity }[]): Counts {
  const counts: Record<Severity, number> = { pass: 0, info: 0, warn: 0, fail: 0, skip: 0 };
  for (const { severity } of findings) counts[severity] += 1;
  return counts;
}

/** `2 failed, 1 warning, 30 passed`; what there is none of is not told. `''` where there is nothing. */
export function countWords({ pass, info, warn, fail, skip }: Counts): string {
  return [
    fail > 0 && `${fail} failed`,
    warn > 0 && `${warn} ${warn === 1 ? 'warning' : 'warnings'}`,
    info > 0 && `${info} ${info === 1 ? 'remark' : 'remarks'}`,
    pass > 0 && `${pass} passed`,
    skip > 0 && `${skip} skipped`,
  ]
    .filter((part) => part !== false)
    .join(', ');
}
