import { defineCheck } from '../../check.ts';
import { keaStatusOf, NO_AGENT, networkName, readKeaStatus } from '../../read/kea-status.ts';
import { outputOf } from '../../understand.ts';
import { count, fail, orPass, skip } from '../../verdict.ts';

export const keaNamespaces = defineCheck({
  id: 'KEA-NETNS',
  group: 'kea',
  title: 'Namespaces are in place',
  looksAt: 'ip netns list, proxwright kea status --json',
  why: 'Each Kea listens in a network namespace of its own. Without it nothing hears the guests.',
  needs: 'host',
  scope: 'node',
  for: ['kea'],
  gate: 'tells',
  read: async (look) => {
    const status = await readKeaStatus(look);
    return status === undefined
      ? undefined
      : { status, list: outputOf(await look.command('ip', 'netns', 'list'), 'ip netns') };
  },
  judge(seen) {
    if (seen === undefined) return skip(NO_AGENT);
    const there = new Set(seen.list.split('\n').map((line) => line.split(/\s/)[0]));
    const serving = keaStatusOf(seen.status).networks.filter(({ state }) => state === 'serving');
    return orPass(
      serving
        .filter(({ namespace }) => !there.has(namespace))
        .map((network) =>
          fail(`namespace ${network.namespace} of ${networkName(network)} is gone`, {
            text: 'let the agent make it again',
            command: 'systemctl restart proxwright-kea',
          }),
        ),
      count(serving.length, 'namespace'),
    );
  },
});
