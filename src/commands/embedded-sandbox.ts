import { loadCatalogue } from '../images/catalogue.ts';
import { mirrorOf } from '../images/mirror.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';

/** Five times as fast as a real node: long enough to see what happens, short enough not to wait for it. */
export const SANDBOX_SPEED = 5;

/** The practice cluster within this process, with stand-ins for every image of the catalogue. */
export function startEmbedded(
  stateDir: string,
  options: { port?: number; speed?: number } = {},
): Promise<Sandbox> {
  return startSandbox({ stateDir, speed: SANDBOX_SPEED, mirror: mirrorOf(loadCatalogue()), ...options });
}
