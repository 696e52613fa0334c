import { expect, test } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { Secret } from '../../src/plan/secret.ts';
import { parseTarget, splitToken, type TargetWish } from '../../src/target/spec.ts';

const token = new Secret('ci@pve!t=1111-2222');
const print = `${'AB:'.repeat(31)}AB`;

test('local and sandbox', () => {
  expect(parseTarget({ url: 'local' }, {})).toEqual({ kind: 'local', apiPort: 8006 });
  expect(parseTarget({ url: 'sandbox' }, {})).toEqual({ kind: 'sandbox' });
});

test.each([
  ['ssh://root@pve1', { host: 'pve1', user: 'root' }, 8006],
  ['ssh://pve1', { host: 'pve1' }, 8006],
  ['ssh://admin@pve1.lab:2222', { host: 'pve1.lab', port: 2222, user: 'admin' }, 8006],
  ['ssh://root@[2001:db8::1]:2222', { host: '2001:db8::1', port: 2222, user: 'root' }, 8006],
  ['ssh://root@pve1?api_port=9006', { host: 'pve1', user: 'root' }, 9006],
])('%s', (url, ssh, apiPort) => {
  expect(parseTarget({ url }, {})).toEqual({ kind: 'ssh', ssh, apiPort });
  expect(parseTarget({ url, identity: '~/k' }, {})).toMatchObject({ ssh: { ...ssh, identity: '~/k' } });
});

test.each([
  ['https://pve1', 'pve1', 8006],
  ['https://pve1:8006/', 'pve1', 8006],
  ['https://pve.example:443', 'pve.example', 443],
  [`https://pve.example:443/?fingerprint=${print}`, 'pve.example', 443],
  ['https://[2001:db8::1]:8006', '2001:db8::1', 8006],
])('%s', (url, host, port) => {
  expect(parseTarget({ url, token }, {})).toMatchObject({
    kind: 'https',
    https: { host, port, insecure: false },
  });
});

test('the fingerprint in the address wins over that of the answers', () => {
  const spec = parseTarget(
    { url: `https://pve1?fingerprint=${print.toLowerCase()}`, fingerprint: 'x', token },
    {},
  );
  expect(spec).toMatchObject({ https: { fingerprint: print } });
});

test('credentials: answers first, then the environment', () => {
  const env = { PROXWRIGHT_TOKEN: 'env@pve!t=x' };
  const auth = (wish: Partial<TargetWish>, given = {}) => {
    const spec = parseTarget({ url: 'https://pve1', ...wish }, given);
    if (spec.kind !== 'https') throw new Error('is no https target');
    return spec.https.auth;
  };
  expect((auth({}, env) as { token: Secret }).token.reveal()).toBe('env@pve!t=x');
  expect(auth({ token }, env)).toEqual({ token });
  const login = auth({}, { PROXWRIGHT_USER: 'ops', PROXWRIGHT_PASSWORD: 'p' });
  expect(login).toMatchObject({ user: 'ops@pam' });
  expect(splitToken(token)).toEqual({ id: 'ci@pve!t', secret: '1111-2222' });
});

test('an ssh target beside the API', () => {
  const spec = parseTarget({ url: 'https://pve1', token, ssh: 'ssh://root@pve1:2222' }, {});
  expect(spec).toMatchObject({ kind: 'https', ssh: { host: 'pve1', port: 2222, user: 'root' } });
});

test.each<[Partial<TargetWish> & { url: string }, string]>([
  [{ url: 'pve1' }, '"pve1" is no target'],
  [{ url: '' }, '"" is no target'],
  [{ url: 'http://pve1:8006' }, 'is no target'],
  [{ url: 'https://pve1/pve2', token }, 'is no target'],
  [{ url: 'https://pve1' }, 'needs an API token'],
  [{ url: 'https://pve1', user: 'root@pam' }, 'needs an API token'],
  [{ url: 'https://pve1', token: new Secret('just-a-uuid') }, 'the API token is incomplete'],
  [{ url: 'https://root:secret@pve1', token }, 'a password does not belong into an address'],
  [{ url: 'ssh://root:secret@pve1' }, 'a password does not belong into an address'],
  [{ url: 'https://pve1?fingerprint=AB:CD', token }, 'not a SHA-256 one'],
  [{ url: 'https://pve1?finger=1', token }, 'a target has no "finger"'],
  [{ url: 'ssh://root@pve1?api_port=0' }, '"0" is no port'],
  [{ url: 'ssh://root@pve1:99999' }, 'is no target'],
  [{ url: 'https://pve1', token, ssh: 'pve1' }, 'is no ssh:// address'],
])('%o: %s', (wish, message) => {
  let error: unknown;
  try {
    parseTarget(wish, {});
  } catch (reason) {
    error = reason;
  }
  expect(error).toBeInstanceOf(UsageError);
  expect((error as Error).message).toContain(message);
  expect(JSON.stringify([error, (error as Error).message])).not.toContain('secret@');
});
