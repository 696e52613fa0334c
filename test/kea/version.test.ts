import { describe, expect, test } from 'vitest';
import { chooseProfile, keaUser } from '../../src/kea/program.ts';
import { knownHoles, parseKeaVersion } from '../../src/kea/version.ts';

describe('an installed Kea', () => {
  test.each([
    ['2.2.0', ['CVE-2025-32801']],
    ['2.6.1', ['CVE-2025-32801', 'CVE-2026-3608']],
    ['2.6.3', ['CVE-2026-3608']],
    ['2.6.5', []],
    ['3.0.2', ['CVE-2026-3608']],
    ['3.0.3', []],
  ])('%s has %j', (version, ids) => {
    expect(knownHoles(version).map(({ message }) => /CVE-[\d-]+/.exec(message)?.[0])).toEqual(ids);
  });

  test('says its version first, or it is none', () => {
    expect(parseKeaVersion('2.2.0\n')).toBe('2.2.0');
    expect(parseKeaVersion('command not found')).toBeUndefined();
  });

  test('runs as _kea where there is such a user', () => {
    expect(keaUser('root:x:0:0::/root:/bin/sh\n_kea:x:103:105:Kea:/var/lib/kea:/bin/false\n')).toEqual({
      uid: 103,
      gid: 105,
    });
    expect(keaUser('root:x:0:0::/root:/bin/sh\n')).toBeUndefined();
  });

  test('is taken out of Debian’s AppArmor profile, into ours if that is loaded', () => {
    expect(chooseProfile('')).toEqual([]);
    expect(chooseProfile('lxc-start (enforce)\nkea-dhcp4 (enforce)\n')).toEqual([
      'aa-exec',
      '-p',
      'unconfined',
      '--',
    ]);
    expect(chooseProfile('kea-dhcp4 (enforce)\nproxwright-kea (enforce)\n')).toEqual([
      'aa-exec',
      '-p',
      'proxwright-kea',
      '--',
    ]);
  });
});
