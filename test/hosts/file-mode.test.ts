import { expect, test } from 'vitest';
import { modeAt, octal, temporaryName } from '../../src/hosts/file-mode.ts';

test.each([
  ['/var/lib/vz/snippets/a.yaml', 0o600, '0600'],
  ['/var/lib/vz/snippets/a.pl', 0o755, '0755'],
  ['/etc/pve/priv/proxwright/lock', 0o600, '0600'],
  ['/etc/pve/priv/proxwright/lock', 0o644, '0600'],
  ['/etc/pve/nodes/pve1/priv/key', 0o600, '0600'],
  ['/etc/pve/local/priv/key', 0o600, '0600'],
  ['/etc/pve/firewall/100.fw', 0o644, '0640'],
])('%s wanted as %o', (path, mode, expected) => {
  expect(octal(modeAt(path, mode))).toBe(expected);
});

test.each(['/etc/pve/a', '/etc/pve/priv/../a', '/etc/pve/privat/a'])('%s cannot be private', (path) => {
  expect(() => modeAt(path, 0o600)).toThrow('readable by the web server');
});

test('the temporary file is hidden, and beside its file', () => {
  expect(temporaryName('/a/b.yaml')).toBe('/a/.b.yaml.new');
});
