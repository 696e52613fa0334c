import type { ClientOptions } from '../pve/client.ts';
import type { TargetEnvironment } from './environment.ts';

/** What every target's API client has in common. */
export function clientOptions(
  environment: TargetEnvironment,
): Pick<ClientOptions, 'clock' | 'signal' | 'onRetry'> {
  const { clock, signal, onRetry } = environment;
  return { ...(clock ? { clock } : {}), ...(signal ? { signal } : {}), ...(onRetry ? { onRetry } : {}) };
}
