import { constants } from 'node:os';
import type { Duplex } from 'node:stream';
import ssh2, { type AuthMethod, type Client, type ClientChannel, type ConnectConfig } from 'ssh2';
import { CancelledError } from '../errors.ts';
import { gate } from './gate.ts';
import { hostKeyOrder, type SeenHostKey } from './host-key.ts';
import {
  type HostKeyVerdict,
  judgeHostKey,
  type KnownHost,
  keyFingerprint,
  knownTypes,
  typeOf,
} from './known-hosts.ts';
import { lostOf } from './lost.ts';
import { quoteArgv } from './quote.ts';
import {
  DEFAULT_TIMEOUT,
  endingItself,
  type RawOptions,
  type RawResult,
  type RunCommand,
  tookTooLong,
} from './remote.ts';
import {
  type InspectKey,
  lockedKeys,
  type Offer,
  offers,
  type SshCredentials,
  unlockKeys,
} from './ssh-auth.ts';
import { connectError, hostKeyError, lostConnection, type SshPlace, tunnelError } from './ssh-errors.ts';

export interface SshOptions extends SshPlace, SshCredentials {
  knownHosts: readonly KnownHost[];
  /** Asks a person about an unknown host key, and keeps it where the answer is yes. Absent: refused. */
  confirmHostKey?: (seen: SeenHostKey) => Promise<boolean>;
}

export interface SshConnection {
  run: RunCommand;
  /** A stream to a port as the far side sees it. */
  tunnel(host: string, port: number): Promise<Duplex>;
  close(): void;
}

/** sshd's MaxSessions is 10; two are left for people. */
const MOST_SESSIONS = 8;
const KEEPALIVE = 15_000;
const HANDSHAKE_TIMEOUT = 20_000;

/** One connection for everything, made when first needed and made anew after it was lost. */
export function sshConnection(options: SshOptions): SshConnection {
  const sessions = gate(MOST_SESSIONS);
  let current: Promise<Client> | undefined;

  function connected(): Promise<Client> {
    if (current) return current;
    const made = connect(options);
    current = made;
    const forget = () => {
      if (current === made) current = undefined;
    };
    made.then((client) => client.on('close', forget), forget);
    return made;
  }

  return {
    run: (argv, extra) =>
      sessions.through(async () => {
        const command = quoteArgv(endingItself(argv, extra));
        const execution = { argv, command, place: options, ...extra };
        const client = await connected();
        try {
          return await execute(client, execution);
        } catch (error) {
          const lost = lostOf(error);
          // Not sent, on a connection that had died unnoticed, or a read: once more on a new one.
          if (!lost || extra.signal?.aborted || (lost.sent && !extra.repeatable)) throw error;
          return execute(await connected(), execution);
        }
      }),
    async tunnel(host, port) {
      const client = await connected();
      return new Promise((resolve, reject) => {
        try {
          client.forwardOut('127.0.0.1', 0, host, port, (error, channel) => {
            if (error) reject(tunnelError(error, options, `${host}:${port}`));
            else resolve(channel);
          });
        } catch (error) {
          // Thrown by ssh2 when the connection is gone already.
          reject(lostConnection(options, false, error));
        }
      });
    },
    close() {
      current?.then((client) => client.end()).catch(() => {});
      current = undefined;
    },
  };
}

/** Connects; asks about an unknown host key, and for passphrases, only when the answer decides. */
async function connect(options: SshOptions): Promise<Client> {
  const accepted: KnownHost[] = [];
  let methods = offers(options, inspectKey);
  for (let unlocked = false; ; ) {
    const outcome = await handshake(options, [...options.knownHosts, ...accepted], methods);
    if ('client' in outcome) return outcome.client;
    if ('verdict' in outcome) {
      const { verdict, key } = outcome;
      const seen = {
        host: options.host,
        port: options.port,
        key,
        fingerprint: keyFingerprint(key),
        keyType: typeOf(key),
      };
      const types = verdict.is === 'unknown' ? verdict.types : [];
      const ask = verdict.is === 'unknown' && accepted.length === 0 ? options.confirmHostKey : undefined;
      if (!(await ask?.({ ...seen, knownTypes: types }))) throw hostKeyError(verdict, options, seen);
      accepted.push({ patterns: ['*'], keyType: seen.keyType, key, revoked: false, place: 'accepted' });
      continue;
    }
    const locked = unlocked ? [] : lockedKeys(options, inspectKey);
    const keys =
      outcome.error.level === 'client-authentication' && !unlocked
        ? await unlockKeys(options, inspectKey)
        : [];
    if (keys.length === 0)
      throw connectError(outcome.error, options, { tried: methods.map(({ name }) => name), locked });
    unlocked = true;
    methods = offers(options, inspectKey, keys);
  }
}

type SshError = Error & { code?: string; level?: string };
type Refusal = Exclude<HostKeyVerdict, { is: 'known' }>;
type Outcome = { client: Client } | { verdict: Refusal; key: Buffer } | { error: SshError };

function handshake(
  options: SshOptions,
  known: readonly KnownHost[],
  methods: readonly Offer[],
): Promise<Outcome> {
  const client = new ssh2.Client();
  let refused: Outcome | undefined;
  return new Promise((resolve) => {
    client.on('ready', () => {
      client.setNoDelay(true);
      resolve({ client });
    });
    client.on('error', (error: SshError) => {
      // An agent that does not answer is passed over; ssh2 goes on by itself.
      if (error.level !== 'agent') resolve(refused ?? { error });
    });
    client.on('close', () =>
      resolve(refused ?? { error: Object.assign(new Error('closed'), { code: 'ECONNRESET' }) }),
    );
    const config: ConnectConfig = {
      host: options.host,
      port: options.port,
      username: options.user,
      authHandler: methods.map(({ name: _, ...method }) => method as AuthMethod),
      algorithms: { serverHostKey: hostKeyOrder(knownTypes(known, options.host, options.port)) },
      hostVerifier: (key: Buffer) => {
        const verdict = judgeHostKey(known, { host: options.host, port: options.port, key });
        if (verdict.is !== 'known') refused = { verdict, key };
        return verdict.is === 'known';
      },
      keepaliveInterval: KEEPALIVE,
      keepaliveCountMax: 3,
      readyTimeout: HANDSHAKE_TIMEOUT,
    };
    client.connect(config);
  });
}

interface Execution extends RawOptions {
  argv: readonly string[];
  command: string;
  place: SshOptions;
}

function execute(client: Client, { argv, command, place, ...options }: Execution): Promise<RawResult> {
  const timeout = options.timeout ?? DEFAULT_TIMEOUT;
  return new Promise((resolve, reject) => {
    let channel: ClientChannel | undefined;
    const stop = (error: Error) => {
      channel?.close();
      settle(() => reject(error));
    };
    const late = setTimeout(() => stop(tookTooLong(place.host, argv, timeout)), timeout);
    const onAbort = () => stop(new CancelledError('cancelled', { where: place.host }));
    const onClose = () => settle(() => reject(lostConnection(place, channel !== undefined)));
    const settle = (end: () => void) => {
      clearTimeout(late);
      options.signal?.removeEventListener('abort', onAbort);
      client.off('close', onClose);
      end();
    };
    if (options.signal?.aborted) return onAbort();
    options.signal?.addEventListener('abort', onAbort, { once: true });
    client.once('close', onClose);
    try {
      client.exec(command, (error, opened) => {
        if (error) return settle(() => reject(lostConnection(place, false, error)));
        channel = opened;
        collect(opened).then((result) => result && settle(() => resolve(result)), stop);
        opened.end(options.input);
      });
    } catch (error) {
      // Thrown by ssh2 when the connection is gone already.
      settle(() => reject(lostConnection(place, false, error)));
    }
  });
}

/** Undefined where the channel closed without an exit status: the connection went. */
function collect(channel: ClientChannel): Promise<RawResult | undefined> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  let exitCode: number | undefined;
  channel.on('data', (part: Buffer) => stdout.push(part));
  channel.stderr.on('data', (part: Buffer) => stderr.push(part));
  channel.on('exit', (code: number | null, signal?: string) => {
    exitCode = code ?? 128 + (constants.signals[signal as NodeJS.Signals] ?? 0);
  });
  return new Promise((resolve, reject) => {
    channel.on('error', reject);
    channel.on('close', () => {
      if (exitCode === undefined) return resolve(undefined);
      resolve({ exitCode, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr) });
    });
  });
}

const inspectKey: InspectKey = (content, passphrase) => {
  const parsed = ssh2.utils.parseKey(content, passphrase);
  if (!(parsed instanceof Error)) return 'open';
  return /passphrase|decrypt|integrity/i.test(parsed.message) ? 'locked' : 'broken';
};
