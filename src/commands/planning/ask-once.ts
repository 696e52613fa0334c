import type { Params, Pve } from '../../pve/pve.ts';

/**
 * The same API, which asks an equal question once: for two who read one moment side by side. It is asked with
 * `signal` alone, so that the one's lost patience does not take the answer from the other.
 */
export function askOnce(pve: Pve, signal: AbortSignal): Pve {
  const asked = new Map<string, Promise<unknown>>();
  return {
    ...pve,
    get<Answer>(path: string, params: Params = {}): Promise<Answer> {
      const key = `${path} ${JSON.stringify(params)}`;
      const known = asked.get(key) ?? pve.get(path, params, { signal });
      asked.set(key, known);
      return known as Promise<Answer>;
    },
  };
}
