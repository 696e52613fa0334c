import { createHmac, randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import { readJson, writeJson } from './files.ts';

interface Stored {
  /** Signs tickets and CSRF tokens; hex. */
  readonly ticketKey: string;
  /** Lets a caller without a ticket run host commands; hex. */
  readonly hostSecret: string;
  /** userid → `salt:hash`, hex. */
  passwords: Record<string, string>;
  /** `user@realm!token` → its value. */
  tokens: Record<string, string>;
}

/** What nobody but the owner of the state folder may read: kept in one file with mode 0600. */
export class Secrets {
  readonly #path: string;
  readonly #stored: Stored;

  constructor(stateDir: string) {
    this.#path = join(stateDir, 'secrets.json');
    const stored = readJson<Stored>(this.#path);
    this.#stored = stored ?? {
      ticketKey: randomBytes(32).toString('hex'),
      hostSecret: randomBytes(24).toString('hex'),
      passwords: {},
      tokens: {},
    };
    if (!stored) this.#save();
  }

  get hostSecret(): string {
    return this.#stored.hostSecret;
  }

  isHostSecret(given: string): boolean {
    return same(given, this.#stored.hostSecret);
  }

  sign(text: string): string {
    return createHmac('sha256', this.#stored.ticketKey).update(text).digest('base64');
  }

  setPassword(userid: string, password: string): void {
    const salt = randomBytes(8).toString('hex');
    this.#stored.passwords[userid] = `${salt}:${hash(password, salt)}`;
    this.#save();
  }

  isPassword(userid: string, password: string): boolean {
    const [salt = '', expected = ''] = this.#stored.passwords[userid]?.split(':') ?? [];
    return salt !== '' && same(hash(password, salt), expected);
  }

  setToken(fullId: string, value: string): void {
    this.#stored.tokens[fullId] = value;
    this.#save();
  }

  isToken(fullId: string, value: string): boolean {
    const expected = this.#stored.tokens[fullId];
    return expected !== undefined && same(value, expected);
  }

  /** Forgets a user's password and tokens, or one token. */
  forget(id: string): void {
    delete this.#stored.passwords[id];
    for (const token of Object.keys(this.#stored.tokens)) {
      if (token === id || token.startsWith(`${id}!`)) delete this.#stored.tokens[token];
    }
    this.#save();
  }

  #save(): void {
    writeJson(this.#path, this.#stored, 0o600);
  }
}

/** Compares without telling by time how much was right. */
export function same(one: string, other: string): boolean {
  const left = Buffer.from(one);
  const right = Buffer.from(other);
  return left.length === right.length && timingSafeEqual(left, right);
}

/** A light cost: these passwords guard a practice cluster on loopback, and logins should stay quick. */
function hash(password: string, salt: string): string {
  return scryptSync(password, salt, 32, { N: 1024 }).toString('hex');
}
