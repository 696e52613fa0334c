import type { Guest } from './guest-conf.ts';

/**
 * What to serve while a guest's file cannot be read in whole or in part: what it said before. A typo in one line,
 * or a file caught half-written, takes no address away from anybody.
 */
export function withLastGood(before: Guest | undefined, now: Guest): Guest {
  if (!before || before.unreadable) return now;
  const { vmid } = now;
  if (now.unreadable && !now.template) {
    const message = 'what it was served before goes on being served';
    const findings = [...now.findings, { vmid, nic: null, severity: 'info' as const, message }];
    return { ...before, findings };
  }
  const kept = before.nics.filter(({ id, ipv4 }) => ipv4 && now.broken.includes(id));
  if (kept.length === 0) return now;
  const notes = kept.map(({ id, ipv4 }) => ({
    vmid,
    nic: id,
    severity: 'info' as const,
    message: `${ipv4?.address}, which it was served before, goes on being served`,
  }));
  return { ...now, nics: [...now.nics, ...kept], findings: [...now.findings, ...notes] };
}
