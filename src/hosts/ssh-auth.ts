import { TargetError } from '../errors.ts';
import type { Secret } from '../plan/secret.ts';

/** What can be offered to prove who we are. */
export interface SshCredentials {
  user: string;
  /** Private keys in the order to try them; `chosen` by the user, so before the agent's. */
  keys: readonly SshKey[];
  /** Socket of an agent, as SSH_AUTH_SOCK has it. */
  agent?: string;
  password?: Secret;
  /** Asks for a key's passphrase; undefined leaves that key out. */
  passphrase?: (path: string) => Promise<Secret | undefined>;
}

export interface SshKey {
  path: string;
  content: Buffer;
  chosen: boolean;
}

/** One offer, in the shape of ssh2's authHandler; `name` is for people. */
export type Offer = { name: string; username: string } & (
  | { type: 'publickey'; key: Buffer; passphrase?: string }
  | { type: 'agent'; agent: string }
  | { type: 'password'; password: string }
);

/** Whether a key's file can be used as it is, needs a (nother) passphrase, or is no key at all. */
export type KeyState = 'open' | 'locked' | 'broken';
export type InspectKey = (content: Buffer, passphrase?: string) => KeyState;

/** The offers in their order; `unlocked` are keys whose passphrase is known by now. */
export function offers(
  credentials: SshCredentials,
  inspect: InspectKey,
  unlocked: readonly Offer[] = [],
): Offer[] {
  const username = credentials.user;
  const keyed = (chosen: boolean) =>
    credentials.keys
      .filter((key) => key.chosen === chosen && inspect(key.content) === 'open')
      .map((key): Offer => ({ type: 'publickey', username, key: key.content, name: key.path }));
  const { agent, password } = credentials;
  return [
    ...keyed(true),
    ...unlocked,
    ...(agent ? [{ type: 'agent', username, agent, name: 'the keys of the agent' } as const] : []),
    ...keyed(false),
    ...(password
      ? [{ type: 'password', username, password: password.reveal(), name: 'the password' } as const]
      : []),
  ];
}

/** Asks for the passphrases of the keys that have one. */
export async function unlockKeys(credentials: SshCredentials, inspect: InspectKey): Promise<Offer[]> {
  const unlocked: Offer[] = [];
  for (const { path, content } of credentials.keys) {
    if (inspect(content) !== 'locked') continue;
    const passphrase = (await credentials.passphrase?.(path))?.reveal();
    if (passphrase === undefined) continue;
    if (inspect(content, passphrase) !== 'open') {
      throw new TargetError('the passphrase does not open the key', { where: path });
    }
    unlocked.push({ type: 'publickey', username: credentials.user, key: content, passphrase, name: path });
  }
  return unlocked;
}

/** Keys that were left out, so that an error can say why they were of no use. */
export function lockedKeys(credentials: SshCredentials, inspect: InspectKey): string[] {
  return credentials.keys.filter((key) => inspect(key.content) === 'locked').map((key) => key.path);
}
