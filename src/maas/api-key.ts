import { randomUUID } from 'node:crypto';
import { UsageError } from '../errors.ts';

/** An API key of MAAS. It prints as nothing: it is a password. */
export class ApiKey {
  readonly #consumer: string;
  readonly #token: string;
  readonly #secret: string;

  /** `text`: `consumer:token:secret`, as MAAS shows it; `from` says in an error where it came from. Throws UsageError. */
  constructor(text: string, from = 'the API key') {
    const [consumer, token, secret, ...more] = text.trim().split(':');
    const plain = [consumer, token, secret].every((part) => part !== undefined && /^[\w.~-]+$/.test(part));
    if (!plain || more.length > 0) {
      throw new UsageError(`${from} is no API key of MAAS`, {
        why: 'it has three parts with colons between',
        fix: 'copy it from your preferences in MAAS, or: sudo maas apikey --username <user>',
      });
    }
    [this.#consumer, this.#token, this.#secret] = [consumer ?? '', token ?? '', secret ?? ''];
  }

  /** OAuth 1.0 in PLAINTEXT, which is all that MAAS takes. `now`: milliseconds since 1970. */
  header(now: number): string {
    const parts = {
      oauth_version: '1.0',
      oauth_signature_method: 'PLAINTEXT',
      oauth_consumer_key: this.#consumer,
      oauth_token: this.#token,
      oauth_signature: `%26${this.#secret}`,
      oauth_nonce: randomUUID(),
      oauth_timestamp: String(Math.floor(now / 1000)),
    };
    return `OAuth ${Object.entries(parts)
      .map(([name, value]) => `${name}="${value}"`)
      .join(', ')}`;
  }

  toJSON(): string {
    return '***';
  }
}

/** `http://maas:5240/MAAS/api/2.0/`, whether the API's own path was given with it or not. Throws UsageError. */
export function apiAddress(text: string, from = 'the address of MAAS'): URL {
  const base = `${text.replace(/\/+(api\/2\.0\/?)?$/, '')}/api/2.0/`;
  const url = URL.canParse(base) ? new URL(base) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new UsageError(`${from} is no address: ${text}`, { fix: 'http://<server>:5240/MAAS' });
  if (url.username !== '' || url.password !== '')
    throw new UsageError(`${from} has a name or password in it`, {
      fix: 'http://<server>:5240/MAAS, and the key apart from it',
    });
  return url;
}
