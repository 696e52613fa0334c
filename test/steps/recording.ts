import { reveal, Secret } from '../../src/plan/secret.ts';
import type { Params, Pve } from '../../src/pve/pve.ts';
import type { SentRequest } from './real-schema.ts';

/** The API, with every request noted in `sent` on its way. */
export function recording(pve: Pve, sent: SentRequest[]): Pve {
  const noted = (method: string, at: string, params: Params = {}): Params => {
    sent.push({ method, path: at, params: open(params) });
    return params;
  };
  return {
    get user() {
      return pve.user;
    },
    close: () => pve.close(),
    get: (at, params, options) => pve.get(at, noted('GET', at, params), options),
    post: (at, params, options) => pve.post(at, noted('POST', at, params), options),
    put: (at, params, options) => pve.put(at, noted('PUT', at, params), options),
    delete: (at, params, options) => pve.delete(at, noted('DELETE', at, params), options),
  };
}

/** With secrets revealed. */
export function open(params: Params): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, value instanceof Secret ? reveal(value) : value]),
  );
}
