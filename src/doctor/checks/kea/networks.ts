import { defineCheck, type Verdict } from '../../check.ts';
import { keaStatusOf, NO_AGENT, networkName, readKeaStatus } from '../../read/kea-status.ts';
import { count, fail, orPass, skip, warn } from '../../verdict.ts';

export const keaNetworks = defineCheck({
  id: 'KEA-NETWORKS',
  group: 'kea',
  title: 'Every network is served',
  looksAt: 'proxwright kea status --json',
  why: 'A network whose Kea does not run gives its guests no addresses; the others are not touched by it.',
  needs: 'host',
  scope: 'node',
  for: ['kea'],
  gate: 'tells',
  read: readKeaStatus,
  judge(text) {
    if (text === undefined) return skip(NO_AGENT);
    const { networks, problems } = keaStatusOf(text);
    const fix = { text: 'read what the agent says of it', command: 'journalctl -u proxwright-kea -n 50' };
    const verdicts: Verdict[] = problems.map((problem) => warn(problem, fix));
    for (const network of networks) {
      const name = networkName(network);
      if (network.state === 'failed')
        verdicts.push(fail(`${name} is not served: ${network.detail ?? 'Kea does not run'}`, fix));
      else if (network.state === 'waiting')
        verdicts.push(warn(`${name} waits: ${network.detail ?? 'for its bridge'}`, fix));
      else if (network.detail !== undefined) verdicts.push(warn(`${name}: ${network.detail}`, fix));
    }
    return orPass(verdicts, count(networks.length, 'network'));
  },
});
