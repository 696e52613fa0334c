import { readFileSync, statSync } from 'node:fs';
import type { Env } from '../../env.ts';
import { UsageError } from '../../errors.ts';
import { ApiKey, apiAddress } from '../../maas/api-key.ts';
import type { MaasAccess, MaasEdges } from '../../maas/client.ts';
import { systemClock } from '../clock.ts';
import { fileBeside } from '../planning/read-answers.ts';

/** Address and key of MAAS from options or the environment; undefined where no address is named. Throws UsageError. */
export function maasAccess(
  { url, keyFile }: { url: string | undefined; keyFile: string | undefined },
  env: Env,
): MaasAccess | undefined {
  const { MAAS_API_URL: known, MAAS_API_KEY: key } = env.variables;
  const address = url ?? known;
  if (!address) return undefined;
  const base = apiAddress(address, url === undefined ? 'MAAS_API_URL' : '--url');
  if (keyFile !== undefined) return { base, key: new ApiKey(readKey(keyFile, env), keyFile) };
  if (key) return { base, key: new ApiKey(key, 'MAAS_API_KEY') };
  throw new UsageError('there is no API key of MAAS', {
    fix: 'put it into a file and name that with --api-key-file, or into the variable MAAS_API_KEY',
  });
}

export function maasEdges(env: Env): MaasEdges {
  return {
    fetch: (url, request) => fetch(url, { ...request, redirect: 'error' } as RequestInit),
    now: systemClock.now,
    sleep: (milliseconds, signal) => systemClock.sleep(milliseconds, signal),
    signal: env.signal,
  };
}

function readKey(name: string, env: Env): string {
  const file = fileBeside(name, '', env);
  try {
    if ((statSync(file).mode & 0o077) !== 0)
      env.stderr.write(`warning: others can read the key in ${file} (chmod 600 ${file})\n`);
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UsageError('the file with the API key cannot be read', {
      where: file,
      why: (cause as Error).message,
      cause,
    });
  }
}
