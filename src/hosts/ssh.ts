import type { Duplex } from 'node:stream';
import ssh2, { type AuthMethod, type Client, type ConnectConfig } from 'ssh2';
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
import { endingItself, type RunCommand } from './remote.ts';
import {
  type InspectKey,
  lockedKeys,
  type Offer,
  offers,
  type SshCredentials,
  unlockKeys,
} from './ssh-auth.ts';
import { connectError, hostKeyError, lostConnection, type SshPlace, tunnelError } from './ssh-errors.ts';
import { execute } from './ssh-exec.ts';

export interface SshOptions extends SshPlace, SshCredentials {
  knownHosts: readonly KnownHost[];
  /** The name that `knownHosts` has this host under, whatever its address and port. */
  hostKeyAlias?: string;
  /** Makes the stream that the connection goes through; absent: TCP to host and port. */
  through?: () => Promise<Duplex>;
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
  let closed = false;

  /** Whoever waited for a session while all was closed must not connect anew: nobody would close that. */
  async function connected(signal?: AbortSignal): Promise<Client> {
    if (closed || signal?.aborted) throw new CancelledError('cancelled', { where: options.host });
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
        const client = await connected(extra.signal);
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
      closed = true;
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
        ...onRecord(options),
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

/** What known_hosts calls it. */
function onRecord({ host, port, hostKeyAlias }: SshOptions): { host: string; port: number } {
  return hostKeyAlias === undefined ? { host, port } : { host: hostKeyAlias, port: 22 };
}

async function handshake(
  options: SshOptions,
  known: readonly KnownHost[],
  methods: readonly Offer[],
): Promise<Outcome> {
  const client = new ssh2.Client();
  const record = onRecord(options);
  const sock = await options.through?.();
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
      ...(sock ? { sock } : { host: options.host, port: options.port }),
      username: options.user,
      authHandler: methods.map(({ name: _, ...method }) => method as AuthMethod),
      algorithms: { serverHostKey: hostKeyOrder(knownTypes(known, record.host, record.port)) },
      hostVerifier: (key: Buffer) => {
        const verdict = judgeHostKey(known, { ...record, key });
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

const inspectKey: InspectKey = (content, passphrase) => {
  const parsed = ssh2.utils.parseKey(content, passphrase);
  if (!(parsed instanceof Error)) return 'open';
  return /passphrase|decrypt|integrity/i.test(parsed.message) ? 'locked' : 'broken';
};
