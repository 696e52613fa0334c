import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { UsageError } from '../errors.ts';
import { startAgent } from './agent.ts';
import { localCommands } from './commands.ts';
import { probeForServers } from './probe.ts';
import { findHooks } from './program.ts';
import { renderTree } from './render-tree.ts';
import { agentSettings, statusFolder } from './settings.ts';
import { readStatus } from './status-socket.ts';
import { statusText } from './status-text.ts';
import { readHostDns } from './surroundings.ts';
import { takeDown } from './take-down.ts';
import { watchdog } from './watchdog.ts';

/** What the kea commands need of the process; made by main. */
export interface KeaEnv {
  variables: Readonly<Record<string, string | undefined>>;
  uid: number;
  pid: number;
  /** The node's name. */
  machine: string;
  stdout: { write(text: string): unknown };
  stderr: { write(text: string): unknown };
  signal: AbortSignal;
  /** The words that start this program again. */
  self: readonly string[];
  /** False: no such process. */
  kill(pid: number, signal: 'SIGTERM' | 'SIGKILL'): boolean;
}

const HELP = `proxwright kea agent [--take-down]     serve the guests of this node; end what an agent left running
proxwright kea status [--json]         what is served to whom, and what is wrong
proxwright kea render [--pve DIR] [--resolv-conf FILE] [--dhcp6] [--json]
                                       the Kea configurations for a tree of guest configurations
proxwright kea install [--mode host|lxc|docker] [--nodes all|NODE,…] …
                                       put Kea and the agent on nodes; see kea install --help
proxwright kea probe [--json]          which servers answer a client that nobody knows
`;

/** `kea agent | status | render | probe`: argv is what stands behind `kea`. Returns the exit code. Throws UsageError. */
export async function keaCommand(argv: readonly string[], env: KeaEnv): Promise<number> {
  const [command, ...rest] = argv;
  if (argv.includes('--help') || argv.includes('-h')) {
    env.stdout.write(HELP);
    return 0;
  }
  switch (command) {
    case 'agent':
      return agent(options(rest, ['take-down', 'json']), env);
    case 'status':
      return status(options(rest, ['json']), env);
    case 'render':
      return render(options(rest, ['json', 'dhcp6'], ['pve', 'resolv-conf']), env);
    case 'probe':
      return probe(options(rest, ['json']), env);
    default:
      throw new UsageError(command ? `there is no command "kea ${command}"` : 'kea wants a command', {
        fix: 'proxwright kea agent | status | render | install | probe',
      });
  }
}

async function agent({ switches }: Options, env: KeaEnv): Promise<number> {
  if (env.uid !== 0) {
    throw new UsageError('the Kea agent has to run as root', {
      why: 'it makes network namespaces, and Kea opens packet sockets in them',
      fix: 'sudo proxwright kea agent',
    });
  }
  // It runs for months beside guests: 103 instead of 160 MiB with 10,000 of them, for some time at start.
  setFlagsFromString('--optimize-for-size');
  const settings = agentSettings(env.variables, { hooks: findHooks() });
  const commands = localCommands(env);
  // A container has a name of its own; the guests are those of the node that it is on.
  const node = env.variables.PROXWRIGHT_KEA_NODE || env.machine;
  if (switches.has('take-down')) {
    await takeDown(settings, { commands, node });
    return 0;
  }
  const log = (line: string): void => void env.stderr.write(`${line}\n`);
  const running = await startAgent(settings, {
    commands,
    node,
    pid: env.pid,
    self: env.self,
    log,
  });
  const dog = await watchdog(env.variables, { commands, pid: env.pid });
  await new Promise<void>((resolve) => {
    if (env.signal.aborted) resolve();
    env.signal.addEventListener('abort', () => resolve());
  });
  dog.stop();
  // Its Keas serve on, so that an upgrade of the agent costs nobody an answer.
  await running.close();
  return 0;
}

async function status({ switches }: Options, env: KeaEnv): Promise<number> {
  const document = await readStatus(statusFolder(env.variables));
  env.stdout.write(switches.has('json') ? `${JSON.stringify(document)}\n` : statusText(document));
  return document.networks.some(({ state }) => state === 'failed') ? 1 : 0;
}

async function render({ switches, values }: Options, env: KeaEnv): Promise<number> {
  if (values.pve === '') throw new UsageError('--pve names no folder', { fix: 'kea render --pve /etc/pve' });
  const pve = values.pve ?? '/etc/pve';
  const resolvConf = values['resolv-conf'] ?? (values.pve === undefined ? '/etc/resolv.conf' : undefined);
  const rendered = renderTree(pve, {
    dhcp6: switches.has('dhcp6'),
    ...(resolvConf === undefined ? {} : { hostDns: readHostDns(resolvConf) }),
  });
  if (switches.has('json')) {
    env.stdout.write(`${JSON.stringify(rendered)}\n`);
    return 0;
  }
  for (const { bridge, vlan, config } of rendered.networks) {
    env.stdout.write(
      `// ${vlan === null ? bridge : `${bridge}, VLAN ${vlan}`}\n${JSON.stringify(config, null, 2)}\n`,
    );
  }
  for (const { vmid, nic, severity, message } of rendered.findings) {
    env.stderr.write(`${severity}: guest ${vmid}${nic ? ` ${nic}` : ''}: ${message}\n`);
  }
  return 0;
}

async function probe({ switches }: Options, env: KeaEnv): Promise<number> {
  const servers = await probeForServers();
  if (switches.has('json')) env.stdout.write(`${JSON.stringify({ servers })}\n`);
  else if (servers.length > 0) env.stdout.write(`${servers.join('\n')}\n`);
  else env.stderr.write('no DHCP server answers on the bridges of this node\n');
  return 0;
}

interface Options {
  switches: ReadonlySet<string>;
  values: Readonly<Record<string, string | undefined>>;
}

function options(
  argv: readonly string[],
  switches: readonly string[],
  values: readonly string[] = [],
): Options {
  const known = Object.fromEntries([
    ...switches.map((name) => [name, { type: 'boolean' as const }]),
    ...values.map((name) => [name, { type: 'string' as const }]),
    ...GLOBAL_SWITCHES.map((name) => [name, { type: 'boolean' as const }]),
  ]) as Record<string, { type: 'boolean' | 'string' }>;
  try {
    const parsed = parseArgs({ args: [...argv], options: known, strict: true }).values;
    const entries = Object.entries(parsed);
    return {
      switches: new Set(entries.filter(([, value]) => value === true).map(([name]) => name)),
      values: Object.fromEntries(
        entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
      ),
    };
  } catch (cause) {
    throw new UsageError((cause as Error).message, { fix: 'proxwright kea --help', cause });
  }
}

/** Switches of every command that change nothing here. */
const GLOBAL_SWITCHES = ['no-color', 'ascii', 'non-interactive'];
