import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  judgeHostKey,
  keyFingerprint,
  knownHostLine,
  knownTypes,
  parseKnownHosts,
  typeOf,
} from '../../src/hosts/known-hosts.ts';

/** A key of this type, distinct by `seed`: its type's name first, as in RFC 4253. */
function keyOf(type: string, seed: number): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  return Buffer.concat([length, Buffer.from(type), Buffer.alloc(36, seed)]);
}

const ONE = keyOf('ssh-ed25519', 1);
const TWO = keyOf('ssh-ed25519', 2);
const RSA = keyOf('ssh-rsa', 3);
const entry = (key: Buffer): string => `${typeOf(key)} ${key.toString('base64')}`;

function judge(text: string, host: string, port = 22, key = ONE) {
  return judgeHostKey(parseKnownHosts(text, 'known_hosts').hosts, { host, port, key });
}

test('names, lists, patterns and negations', () => {
  expect(judge(`pve1 ${entry(ONE)}`, 'PVE1')).toEqual({ is: 'known' });
  expect(judge(`pve1,192.0.2.1 ${entry(ONE)}`, '192.0.2.1')).toEqual({ is: 'known' });
  expect(judge(`*.lab,!bad.lab ${entry(ONE)}`, 'pve1.lab')).toEqual({ is: 'known' });
  expect(judge(`*.lab,!bad.lab ${entry(ONE)}`, 'bad.lab')).toEqual({ is: 'unknown', types: [] });
  expect(judge(`pve? ${entry(ONE)}`, 'pve12')).toEqual({ is: 'unknown', types: [] });
  expect(judge(`pve.1 ${entry(ONE)}`, 'pvex1')).toEqual({ is: 'unknown', types: [] });
});

test('ports other than 22 are part of the name', () => {
  expect(judge(`[pve1]:2222 ${entry(ONE)}`, 'pve1', 2222)).toEqual({ is: 'known' });
  expect(judge(`[pve1]:2222 ${entry(ONE)}`, 'pve1')).toEqual({ is: 'unknown', types: [] });
  expect(judge(`pve1 ${entry(ONE)}`, 'pve1', 2222)).toEqual({ is: 'unknown', types: [] });
});

test('another key of the same type is a change, of another type is unknown', () => {
  const text = `# comment\n\npve1 ${entry(TWO)}\n`;
  expect(judge(text, 'pve1')).toEqual({ is: 'changed', place: 'known_hosts:3' });
  expect(judge(text, 'pve1', 22, RSA)).toEqual({ is: 'unknown', types: ['ssh-ed25519'] });
  expect(judge(`${text}pve1 ${entry(ONE)}`, 'pve1')).toEqual({ is: 'known' });
});

test('a revoked key is refused even where it is known too', () => {
  const text = `pve1 ${entry(ONE)}\n@revoked * ${entry(ONE)}`;
  expect(judge(text, 'pve1')).toEqual({ is: 'revoked', place: 'known_hosts:2' });
  expect(judge(`@revoked * ${entry(TWO)}`, 'pve1')).toEqual({ is: 'unknown', types: [] });
});

test('what cannot be used is ignored with a reason', () => {
  const text = `@cert-authority *.lab ${entry(ONE)}\npve1 ssh-ed25519 !!!\nnonsense\npve1 ssh-rsa ${ONE.toString('base64')}`;
  const known = parseKnownHosts(text, 'f');
  expect(known.hosts).toEqual([]);
  expect(known.ignored).toEqual([
    { place: 'f:1', reason: 'host certificates are not supported, host keys are' },
    { place: 'f:2', reason: 'not a known_hosts line' },
    { place: 'f:3', reason: 'not a known_hosts line' },
    { place: 'f:4', reason: 'not a known_hosts line' },
  ]);
});

test('the types by which a host is known', () => {
  const { hosts } = parseKnownHosts(
    `pve1 ${entry(RSA)}\npve2 ${entry(ONE)}\n@revoked pve1 ${entry(TWO)}`,
    'f',
  );
  expect(knownTypes(hosts, 'pve1', 22)).toEqual(['ssh-rsa']);
});

test('a line that we write is known again', () => {
  expect(judge(knownHostLine('pve1', 22, ONE), 'pve1')).toEqual({ is: 'known' });
  expect(judge(knownHostLine('fe80::1', 2222, ONE), 'fe80::1', 2222)).toEqual({ is: 'known' });
});

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'proxwright-known-hosts-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('files hashed by ssh-keygen, and its fingerprints', ({ skip }) => {
  const file = join(folder, 'known_hosts');
  const generate = (...argv: string[]) =>
    execFileSync('ssh-keygen', argv, { encoding: 'utf8', stdio: 'pipe' });
  try {
    generate('-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'key'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && !process.env.CI) skip('needs openssh-client');
    throw error;
  }
  const [type, base64] = readFileSync(join(folder, 'key.pub'), 'utf8').split(' ');
  writeFileSync(file, `pve1,192.0.2.1 ${type} ${base64}\n[pve1]:2222 ${type} ${base64}\n`);
  generate('-H', '-f', file);
  const text = readFileSync(file, 'utf8');
  const key = Buffer.from(base64!, 'base64');
  expect(text).toContain('|1|');
  expect(text).not.toContain('pve1');
  expect(judge(text, 'pve1', 22, key)).toEqual({ is: 'known' });
  expect(judge(text, '192.0.2.1', 22, key)).toEqual({ is: 'known' });
  expect(judge(text, 'pve1', 2222, key)).toEqual({ is: 'known' });
  expect(judge(text, 'pve1', 2223, key)).toEqual({ is: 'unknown', types: [] });
  expect(judge(text, 'pve1', 22, ONE)).toMatchObject({ is: 'changed' });
  expect(generate('-lf', join(folder, 'key.pub'))).toContain(keyFingerprint(key));
});
