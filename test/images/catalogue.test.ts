import { readKeys } from 'openpgp';
import { describe, expect, test } from 'vitest';
import { listAssets, readAsset } from '../../src/assets.ts';
import { AnswersError, describeError, UsageError } from '../../src/errors.ts';
import { findImage, loadCatalogue, parseCatalogue } from '../../src/images/catalogue.ts';

const entries = loadCatalogue();

describe('the bundled catalogue', () => {
  test('has a file for each image, named by its id', () => {
    expect(entries.map((entry) => `${entry.id}.yaml`).sort()).toEqual(listAssets('catalogue'));
    expect(entries.map((entry) => entry.id)).toEqual(
      expect.arrayContaining([
        'flatcar-stable',
        'flatcar-beta',
        'flatcar-alpha',
        'flatcar-lts',
        'ubuntu-24.04',
        'debian-13',
      ]),
    );
  });

  test('uses every bundled key', () => {
    const used = entries.flatMap((entry) => entry.signature?.key ?? []);
    expect([...new Set(used)].sort()).toEqual(listAssets('keys'));
  });

  test.each(entries.filter((entry) => entry.signature).map((entry) => [entry.id, entry] as const))(
    '%s: the key file holds the pinned primary key, which can sign',
    async (_id, entry) => {
      const keys = await readKeys({ armoredKeys: readAsset(`keys/${entry.signature!.key}`) });
      expect(keys.map((key) => key.getFingerprint().toUpperCase())).toEqual([entry.signature!.fingerprint]);
      expect(keys[0]!.isPrivate()).toBe(false);
      const published = new Date('2026-10-01T00:00:00Z');
      await expect(keys[0]!.getSigningKey(undefined, published)).resolves.toBeDefined();
    },
  );
});

describe('a catalogue file with faults', () => {
  test('is refused with file, place and path, all faults at once', () => {
    const text = readAsset('catalogue/flatcar-stable.yaml')
      .replace('format: qcow2', 'format: iso')
      .replace(/fingerprint: \w+/, 'fingerprint: F88C')
      .replace('user: core', 'users: core');
    const error = caught(() => parseCatalogue([{ file: 'mine.yaml', text }]));
    expect(error).toBeInstanceOf(AnswersError);
    const lines = describeError(error);
    expect(lines).toContainEqual(expect.stringMatching(/^mine\.yaml:4:9: format: /));
    expect(lines).toContainEqual(
      expect.stringMatching(
        /^mine\.yaml:\d+:16: signature\.fingerprint: must be the 40 upper-case hex digits/,
      ),
    );
    expect(lines).toContainEqual(expect.stringMatching(/^mine\.yaml.*: user: /));
    expect(lines).toContainEqual(expect.stringMatching(/^mine\.yaml.*users/));
  });

  test('that says neither how it is signed nor why not is refused', () => {
    const text = readAsset('catalogue/debian-13.yaml').replace(/^unsigned:.*\n/m, '');
    expect(describeError(caught(() => parseCatalogue([{ file: 'd.yaml', text }])))[0]).toMatch(
      /^d\.yaml:1:1: needs either signature or/,
    );
  });

  test('that is not YAML is refused with its place', () => {
    const error = caught(() => parseCatalogue([{ file: 'bad.yaml', text: 'id: a\ntitle: [b' }]));
    expect(describeError(error)[0]).toMatch(/^bad\.yaml:2:\d+: [^\n]+$/);
  });

  test('that takes an id twice is refused', () => {
    const text = readAsset('catalogue/debian-13.yaml');
    const twice = ['a.yaml', 'b.yaml'].map((file) => ({ file, text }));
    expect(describeError(caught(() => parseCatalogue(twice)))[0]).toBe(
      'b.yaml: id: id debian-13 is taken by another file',
    );
  });
});

test('an unknown id is answered with the nearest one', () => {
  const error = caught(() => findImage('flatcar-stabel'));
  expect(error).toBeInstanceOf(UsageError);
  expect(describeError(error).join('\n')).toContain('did you mean flatcar-stable?');
  expect(findImage('debian-13').user).toBe('debian');
});

function caught(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
