import path from 'node:path';
import { type Env, stateFolder } from '../../env.ts';

/** Where this user's journals lie. */
export function runsFolder(env: Env): string {
  return path.join(stateFolder(env), 'runs');
}
