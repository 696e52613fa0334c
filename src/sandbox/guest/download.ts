import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fail } from '../refusal.ts';
import type { World } from '../world.ts';
import { transfer } from './transfer.ts';

export interface Download {
  readonly url: string;
  /** Where it really goes, and where the node sees it. */
  readonly path: string;
  readonly shown: string;
  readonly expected: { readonly checksum: string; readonly algorithm: string } | undefined;
  readonly log: (line: string) => void;
}

/** A cloud image's usual size, which the time of a stand-in's download is taken from. */
const PRETENDED_BYTES = 320 * 1024 * 1024;

/** What a node does for download-url: from the sandbox's mirror, or from a server on loopback; never farther. */
export async function downloadFromUrl(
  world: World,
  { url, path, shown, expected, log }: Download,
): Promise<void> {
  log(`downloading ${url} to ${shown}`);
  if (existsSync(path)) return checkExisting({ path, shown, expected, log });
  log(`--${timestamp(world)}--  ${url}`);
  const bytes = await fetchBytes(world, url);
  log('HTTP request sent, awaiting response... 200 OK');
  log(`Length: ${bytes.length} [application/octet-stream]`);
  log(`Saving to: '${shown}.tmp_dwnl'`);
  await transfer(world, { size: bytes.length, used: PRETENDED_BYTES }, log);
  if (expected) {
    log('calculating checksum...');
    const got = createHash(expected.algorithm).update(bytes).digest('hex');
    if (got !== expected.checksum)
      throw fail(`checksum mismatch: got '${got}' != expect '${expected.checksum}'`);
    log('OK, checksum verified');
  }
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${dirname(path)}/.download.tmp${world.pace.clock.now()}`;
  try {
    writeFileSync(temporary, bytes);
    renameSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
  log(`download of '${url}' to '${shown}' finished`);
}

function checkExisting({ path, shown, expected, log }: Omit<Download, 'url'>): void {
  if (!expected) throw fail(`refusing to override existing file '${shown}'`);
  log('calculating checksum of existing file...');
  const got = createHash(expected.algorithm).update(readFileSync(path)).digest('hex');
  if (got !== expected.checksum) throw fail(`mismatch (got ${got} != expect ${expected.checksum}), aborting`);
  log('OK, got correct file already, no need to download');
}

async function fetchBytes(world: World, url: string): Promise<Buffer> {
  const found = world.mirror.find(url);
  if (found) return found.read();
  const { hostname, port, protocol } = new URL(url);
  if (!isLoopback(hostname)) {
    throw fail(`download failed: Resolving ${hostname} (${hostname})... failed: Name or service not known.`);
  }
  const at = `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`;
  let response: Response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(60_000) });
  } catch {
    throw fail(`download failed: Connecting to ${at}... failed: Connection refused.`);
  }
  if (!response.ok) throw fail(`download failed: ERROR ${response.status}: ${response.statusText}.`);
  return Buffer.from(await response.arrayBuffer());
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function timestamp(world: World): string {
  return new Date(world.pace.clock.now()).toISOString().slice(0, 19).replace('T', ' ');
}
