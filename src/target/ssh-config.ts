import { TargetError } from '../errors.ts';
import { localCommands } from '../hosts/local.ts';
import type { TargetEnvironment } from './environment.ts';
import type { SshSpec } from './spec.ts';

/** The way to a host as OpenSSH would go it. */
export interface SshWay {
  host: string;
  port: number;
  user: string;
  /** Files of private keys, in the order to try them; they need not exist. */
  identities: readonly string[];
  identitiesOnly: boolean;
  /** Socket of an agent. */
  agent?: string;
  knownHosts: readonly string[];
  /** The name that known_hosts has the host under. */
  hostKeyAlias?: string;
  /** Hosts to go through, the nearest first. */
  jumps: readonly SshSpec[];
  /** A shell command whose input and output are the connection. */
  command?: string;
}

/** `Match exec` runs commands, which may hang. */
const TIMEOUT = 10_000;

/**
 * Reads ~/.ssh/config and /etc/ssh/ssh_config by `ssh -G`, so that names, patterns and includes mean what they mean
 * to ssh. What the target says itself comes first. Without an ssh of its own a machine has no such files.
 */
export async function sshWay(spec: SshSpec, environment: TargetEnvironment): Promise<SshWay> {
  const { env, home } = environment;
  const said = [
    ...(spec.user === undefined ? [] : ['-l', spec.user]),
    ...(spec.port === undefined ? [] : ['-p', String(spec.port)]),
  ];
  // By a pipe: what Node gives a child as its input is a socket, which cannot be opened by name.
  const argv = ['sh', '-c', 'cat | ssh -G -F /dev/stdin "$@"', 'sh', ...said, '--', spec.host];
  const { exitCode, stdout, stderr } = await localCommands({ node: 'this machine', env })(argv, {
    input: sources(home),
    timeout: TIMEOUT,
  });
  if (exitCode === NOT_FOUND) return wayOf(spec, new Map(), environment);
  if (exitCode === 0) return wayOf(spec, settings(stdout.toString('utf8')), environment);
  throw new TargetError('ssh does not understand its configuration', {
    where: '~/.ssh/config',
    why: stderr
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('Pseudo-terminal'))
      .join('; '),
    fix: `look at: ssh -G ${spec.host}`,
  });
}

/** Of a shell, and of our local host: there is no such command. */
const NOT_FOUND = 127;

/** The first value found counts, so that what stands last is what holds where nobody says anything. */
function sources(home: string): string {
  const [first, second] = usualKnownHosts(home);
  return [
    `Include "${home}/.ssh/config"`,
    'Include /etc/ssh/ssh_config',
    'Host *',
    '  User root',
    `  UserKnownHostsFile "${first}" "${second}"`,
    '',
  ].join('\n');
}

function usualKnownHosts(home: string): readonly [string, string] {
  return [`${home}/.ssh/known_hosts`, `${home}/.ssh/known_hosts2`];
}

/** Keywords in lower case, each with its values. */
function settings(text: string): Map<string, string[]> {
  const all = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [, keyword, value] = /^(\S+) (.*)$/.exec(line) ?? [];
    if (keyword && value) all.set(keyword, [...(all.get(keyword) ?? []), value]);
  }
  return all;
}

function wayOf(spec: SshSpec, all: Map<string, string[]>, { env, home }: TargetEnvironment): SshWay {
  const one = (keyword: string) => all.get(keyword)?.find((value) => value !== 'none');
  const place = {
    host: one('hostname') ?? spec.host,
    port: spec.port ?? Number(one('port') ?? 22),
    user: spec.user ?? one('user') ?? 'root',
  };
  const expanded = (text: string) => expand(text, { ...place, home, name: spec.host });
  const alias = one('hostkeyalias');
  const command = one('proxycommand');
  const agent = agentOf(all.get('identityagent')?.[0], env, expanded);
  const usual = usualKnownHosts(home);
  // ssh prints lists without quotes: a home with a blank in it would fall apart.
  const files = (keyword: string) =>
    one(keyword) === usual.join(' ') ? usual : (one(keyword) ?? '').split(' ').filter(Boolean).map(expanded);
  const known = [...files('userknownhostsfile'), ...files('globalknownhostsfile')];
  return {
    ...place,
    identities: (all.get('identityfile') ?? USUAL_KEYS).map(expanded),
    identitiesOnly: one('identitiesonly') === 'yes',
    ...(agent ? { agent } : {}),
    knownHosts: known.length > 0 ? known : [...usual, '/etc/ssh/ssh_known_hosts'],
    ...(alias ? { hostKeyAlias: alias } : {}),
    jumps: (one('proxyjump') ?? '').split(',').filter(Boolean).map(jumpOf),
    ...(command ? { command: expanded(command) } : {}),
  };
}

/** In the order of OpenSSH's IdentityFile. */
const USUAL_KEYS = ['~/.ssh/id_ed25519', '~/.ssh/id_ecdsa', '~/.ssh/id_rsa'];

/** ssh_config(5), IdentityAgent: a socket, a variable that names one, or none. */
function agentOf(
  said: string | undefined,
  env: TargetEnvironment['env'],
  expanded: (text: string) => string,
): string | undefined {
  if (said === 'none') return undefined;
  if (said === undefined || said === 'SSH_AUTH_SOCK') return env.SSH_AUTH_SOCK;
  return said.startsWith('$') ? env[said.slice(1)] : expanded(said);
}

/** ssh_config(5), ProxyJump: `[user@]host[:port]` or an ssh address. */
function jumpOf(text: string): SshSpec {
  const [, user, bracketed, bare, port] =
    /^(?:ssh:\/\/)?(?:(.*)@)?(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(text) ?? [];
  const host = bracketed ?? bare;
  if (host === undefined)
    throw new TargetError(`"${text}" is no host to jump through`, { where: '~/.ssh/config' });
  return { host, ...(user ? { user } : {}), ...(port ? { port: Number(port) } : {}) };
}

/** ssh_config(5), TOKENS, as far as they are known before a connection. */
function expand(
  text: string,
  { host, port, user, home, name }: { host: string; port: number; user: string; home: string; name: string },
): string {
  const tokens: Readonly<Record<string, string>> = {
    '%': '%',
    h: host,
    n: name,
    p: String(port),
    r: user,
    d: home,
  };
  return text.replace(/^~(?=\/)/, home).replace(/%([%hnprd])/g, (_, token: string) => tokens[token] ?? '');
}
