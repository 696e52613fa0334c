import { describeError } from '../../errors.ts';
import { noAgentHere } from '../../kea/status-socket.ts';
import { type AddedProgram, failed, ok } from '../../sandbox/host/result.ts';
import { nodeOfMachine } from '../../sandbox/state/containers.ts';
import { agentOn, pretendKeaStatus } from './sandbox-kea.ts';

const proxwright: AddedProgram = (invocation, inner) => {
  const { world, node, args } = invocation;
  const { installed, runs } = agentOn(world, node);
  if (!installed) return inner(invocation);
  const words = args.filter((word) => !word.startsWith('-'));
  // Nothing of an agent runs there, so nothing is left of it.
  if (words.join(' ') === 'kea agent' && args.includes('--take-down')) return ok();
  if (words.join(' ') !== 'kea status')
    return failed(2, `the practice cluster knows no "proxwright ${words.join(' ')}"`);
  if (!runs)
    return failed(
      1,
      describeError(noAgentHere('/run/proxwright/kea-agent.sock', 'connect ENOENT')).join('\n'),
    );
  return ok(`${JSON.stringify(pretendKeaStatus(world, nodeOfMachine(node)))}\n`);
};

/** The agent inside of Docker, for those who ask it there. */
const docker: AddedProgram = async (invocation, inner) => {
  const { world, node, args, run } = invocation;
  const asks =
    args.filter((word) => !word.startsWith('-')).join(' ') === 'exec proxwright-kea proxwright kea status';
  if (!asks) return inner(invocation);
  const { exitCode } = await run(['docker', 'inspect', 'proxwright-kea']);
  return exitCode === 0
    ? ok(`${JSON.stringify(pretendKeaStatus(world, nodeOfMachine(node)))}\n`)
    : failed(1, 'Error response from daemon: No such container: proxwright-kea');
};

/** The agent's namespaces and ports, as those look for them who check on it. */
const ip: AddedProgram = async (invocation, inner) => {
  const { world, node, args } = invocation;
  const words = args.filter((word) => !word.startsWith('-'));
  const serving = agentOn(world, node).runs
    ? pretendKeaStatus(world, nodeOfMachine(node)).networks.filter(({ state }) => state === 'serving')
    : [];
  if (words[0] === 'netns') return ok(serving.map(({ namespace }) => `${namespace}\n`).join(''));
  const result = await inner(invocation);
  if (!words[0]?.startsWith('l') || !args.includes('-j') || words.includes('dev')) return result;
  const links = JSON.parse(result.stdout.toString('utf8')) as unknown[];
  const ports = serving.map(({ port, bridge }, index) => ({
    ifindex: links.length + index + 1,
    ifname: port,
    flags: ['BROADCAST', 'MULTICAST', 'UP', 'LOWER_UP'],
    mtu: 1500,
    master: bridge,
    operstate: 'UP',
    link_type: 'ether',
  }));
  return ok(JSON.stringify([...links, ...ports]));
};

/** What the nodes of the practice cluster have of proxwright, once its Kea agent was installed on them. */
export const practicePrograms: Readonly<Record<string, AddedProgram>> = { proxwright, ip, docker };
