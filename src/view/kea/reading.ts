import { describeError } from '../../errors.ts';
import type { KeaStatus } from '../../kea/status.ts';

/** What one look at a node's Kea agent gave. */
export type KeaReading =
  | { agent: 'running'; node: string; status: KeaStatus }
  /** `why`: what the node said. `installed`: whether proxwright itself is there. */
  | { agent: 'absent'; node: string; why: string; installed: boolean }
  /** Only the API is within reach, and the agent answers on its node alone. */
  | { agent: 'out-of-reach'; node: string };

/** `vmbr0`, `vmbr0.20`: as guests' networks are called everywhere. */
export function networkName({ bridge, vlan }: { bridge: string; vlan: number | null }): string {
  return vlan === null ? bridge : `${bridge}.${vlan}`;
}

/** Nothing to show of a node: no agent, none within reach, not asked yet, or the question failed. */
export type NoStatus =
  | Exclude<KeaReading, { agent: 'running' }>
  | { agent: 'asked'; node: string }
  | { agent: 'unknown'; node: string; error: unknown };

export interface NoAgent {
  /** One sentence. */
  what: string;
  why: readonly string[];
  /** What to do, most useful first. */
  todo: readonly string[];
}

/** Why there is nothing to be seen of a node, and how to get an agent there. `canInstall`: the menu has a line for it. */
export function noAgentText(
  reading: Exclude<NoStatus, { agent: 'asked' }>,
  { canInstall, sandbox }: { canInstall: boolean; sandbox: boolean },
): NoAgent {
  const { node } = reading;
  if (reading.agent === 'unknown') {
    const [first = '', ...rest] = describeError(reading.error).map((line) => line.trim());
    const why = [first, ...rest.filter((line) => !line.startsWith('→'))];
    const todo = rest.filter((line) => line.startsWith('→')).map((line) => line.slice(1).trim());
    return { what: `${node} could not be asked.`, why, todo };
  }
  if (reading.agent === 'out-of-reach') {
    return {
      what: `The Kea agent of ${node} cannot be asked.`,
      why: ['It answers to root on its own node only, and this target is the API alone.'],
      todo: [`proxwright --target ssh://root@${node}`],
    };
  }
  const install = canInstall
    ? 'press i: the questions, then exactly what would be done'
    : 'proxwright kea install, which shows first what it would do';
  return {
    what: `No Kea agent runs on ${node}.`,
    why: [
      ...(sandbox && !reading.installed
        ? [`The practice cluster has none on ${node} until you install it there.`]
        : []),
      ...(reading.installed
        ? [reading.why, 'A Kea that the agent started serves on without it; changes reach nobody.']
        : [`proxwright itself is not installed on ${node}.`]),
    ].filter((line) => line !== ''),
    todo: [
      `to install it: ${install}`,
      ...(reading.installed && !sandbox
        ? ['if it is installed: systemctl status proxwright-kea, journalctl -u proxwright-kea']
        : []),
    ],
  };
}
