import type { Finding } from '../plan/step.ts';
import type { AnyCheck } from './check.ts';
import { findingsOf, type Result } from './run.ts';

export interface Preflight {
  /** Nodes of the cluster that are up. */
  online: readonly string[];
  /** Nodes that the plan does something on; empty: it says none. */
  touched: ReadonlySet<string>;
}

/**
 * What the doctor's results mean for a plan. A failure is an error, which keeps the plan from being run; it is
 * only told where it concerns guests that are there already, or a node that the plan leaves alone.
 */
export function preflightFindings(results: readonly Result[], { online, touched }: Preflight): Finding[] {
  const seen = results.filter((result) => result.seen);
  const told = seen.flatMap((result): Result[] => {
    const { check, node, verdict } = result;
    if (check.gate === 'makes') return [];
    const near = node === undefined || touched.size === 0 || touched.has(node);
    if (verdict.severity === 'fail')
      return [
        near && check.gate !== 'tells' ? result : { ...result, verdict: { ...verdict, severity: 'warn' } },
      ];
    return verdict.severity === 'warn' && near && check.gate !== 'mends' ? [result] : [];
  });
  const findings = findingsOf(told, online).map(
    ({ id, severity, message, fix }): Finding => ({
      severity: severity === 'fail' ? 'error' : 'warning',
      message: `${id}: ${message}`,
      ...(fix ? { fix: [fix.text, ...(fix.command ? [fix.command] : [])].join(': ') } : {}),
      check: id,
    }),
  );
  return [...findings, ...regardless(findings), ...notLookedAt(results)];
}

/** A wizard has no `--skip`: its answers are saved, and go on from there. */
function regardless(findings: readonly Finding[]): Finding[] {
  const ids = new Set(findings.flatMap(({ severity, check = '' }) => (severity === 'error' ? check : [])));
  if (ids.size === 0) return [];
  return [
    {
      severity: 'info',
      message: 'whoever knows better goes on regardless of what the doctor found',
      fix: `save the answers, then proxwright apply FILE --skip ${[...ids].join(',')}`,
    },
  ];
}

/** Checks that broke or were not answered, in one remark: it says nothing about the node itself. */
function notLookedAt(results: readonly Result[]): Finding[] {
  const broken = results.filter(({ seen, verdict }) => !seen && verdict.severity === 'warn');
  const ids = idsOf(broken.map(({ check }) => check));
  if (ids.length === 0) return [];
  return [
    {
      severity: 'info',
      message: `the doctor could not look at ${ids.length === 1 ? 'one thing' : `${ids.length} things`}: ${ids.join(', ')}`,
      fix: `proxwright doctor --only ${ids.join(',')}`,
    },
  ];
}

function idsOf(checks: readonly AnyCheck[]): string[] {
  return [...new Set(checks.map(({ id }) => id))];
}
