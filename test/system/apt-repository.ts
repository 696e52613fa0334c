import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, dirname, join } from 'node:path';

export interface StandIn {
  name: string;
  version: string;
  depends?: string;
  /** By paths in the package. */
  files?: Record<string, string>;
  /** Maintainer scripts by name: postinst, config, templates. */
  scripts?: Record<string, string>;
}

export interface AptRepository {
  url: string;
  /** The public key, not armoured. */
  keyring: string;
  close(): void;
}

/** A small signed apt repository on loopback, with packages made here. */
export async function startAptRepository(
  folder: string,
  packages: readonly StandIn[],
): Promise<AptRepository> {
  const root = join(folder, 'repository');
  const entries = packages.map((one) => makePackage(one, { root, folder }));
  const lists = 'dists/trixie/pve-no-subscription/binary-amd64/Packages';
  put(join(root, lists), entries.join('\n'));
  const index = readFileSync(join(root, lists));
  const release = [
    'Origin: Stand-ins',
    'Suite: trixie',
    'Codename: trixie',
    'Architectures: amd64',
    'Components: pve-no-subscription',
    'Date: Thu, 01 Jan 2026 00:00:00 UTC',
    'SHA256:',
    ` ${sha256(index)} ${index.length} ${lists.replace('dists/trixie/', '')}`,
    '',
  ].join('\n');
  put(join(root, 'dists/trixie/Release'), release);
  const keyring = sign(root, folder);
  const server = await listen(root);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    keyring,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function makePackage(
  { name, version, depends, files = {}, scripts = {} }: StandIn,
  { root, folder }: { root: string; folder: string },
): string {
  const tree = join(folder, 'packages', name);
  const control = [
    `Package: ${name}`,
    `Version: ${version}`,
    'Architecture: amd64',
    'Maintainer: Tests <tests@example.com>',
    ...(depends ? [`Depends: ${depends}`] : []),
    'Description: stand-in',
  ].join('\n');
  put(join(tree, 'DEBIAN/control'), `${control}\n`);
  for (const [path, text] of Object.entries(files)) {
    put(join(tree, path), text);
    if (path.startsWith('usr/bin/')) chmodSync(join(tree, path), 0o755);
  }
  for (const [path, text] of Object.entries(scripts)) {
    put(join(tree, 'DEBIAN', path), text);
    chmodSync(join(tree, 'DEBIAN', path), path === 'templates' ? 0o644 : 0o755);
  }
  const file = `pool/${name}_${version}_amd64.deb`;
  mkdirSync(join(root, 'pool'), { recursive: true });
  execFileSync('dpkg-deb', ['--root-owner-group', '-Znone', '--build', tree, join(root, file)], {
    stdio: 'ignore',
  });
  const bytes = readFileSync(join(root, file));
  return `${control}\nFilename: ${file}\nSize: ${bytes.length}\nSHA256: ${sha256(bytes)}\n`;
}

function sign(root: string, folder: string): string {
  const home = join(folder, 'gnupg');
  mkdirSync(home, { mode: 0o700 });
  const gpg = (...args: string[]): Buffer =>
    execFileSync(
      'gpg',
      ['--batch', '--quiet', '--homedir', home, '--passphrase', '', '--pinentry-mode', 'loopback', ...args],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    );
  gpg('--quick-generate-key', 'tests@example.com', 'rsa3072', 'sign', 'never');
  gpg('--clearsign', '--output', join(root, 'dists/trixie/InRelease'), join(root, 'dists/trixie/Release'));
  const keyring = join(folder, 'stand-ins.gpg');
  writeFileSync(keyring, gpg('--export'));
  // The agent that gpg started is ours to end.
  execFileSync('gpgconf', ['--homedir', home, '--kill', 'gpg-agent'], { stdio: 'ignore' });
  return keyring;
}

function listen(root: string): Promise<Server> {
  const known = new Set(readdirSync(root, { recursive: true }).map((path) => `/${String(path)}`));
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '').replaceAll(/\/+/g, '/');
    try {
      if (!known.has(path)) throw new Error(`no ${basename(path)}`);
      response.end(readFileSync(join(root, path)));
    } catch {
      response.writeHead(404).end();
    }
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

function put(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
