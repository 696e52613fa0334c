import { defineCheck } from '../../check.ts';
import { keaStatusOf, NO_AGENT, readKeaStatus } from '../../read/kea-status.ts';
import { info, orPass, skip, warn } from '../../verdict.ts';

export const keaFindings = defineCheck({
  id: 'KEA-FINDINGS',
  group: 'kea',
  title: 'The agent serves all it should',
  looksAt: 'findings of proxwright kea status --json',
  why: 'A guest whose settings cannot be served gets no address; the agent goes on with all others and says so here.',
  needs: 'host',
  scope: 'node',
  for: ['kea'],
  read: readKeaStatus,
  judge(text) {
    if (text === undefined) return skip(NO_AGENT);
    const { findings } = keaStatusOf(text);
    return orPass(
      findings.map(({ vmid, nic, severity, message }) => {
        const whole = `guest ${vmid}${nic === null ? '' : ` ${nic}`}: ${message}`;
        const fix = { text: 'correct the settings of the guest', command: `qm config ${vmid}` };
        return severity === 'info' ? info(whole) : warn(whole, fix);
      }),
      'no finding',
    );
  },
});
