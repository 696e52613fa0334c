import { describe, expect, test } from 'vitest';
import { compile } from '../../src/butane/compile.ts';

const HEAD = 'variant: flatcar\nversion: 1.1.0\n';

/** The last line of the report: what a person acts on. */
function verdict(source: string | Uint8Array): string {
  const { report, exitCode, output } = compile(source, { rawErrors: true });
  expect(exitCode === 0).toBe(output !== undefined);
  return report.trimEnd().split('\n').at(-1) ?? '';
}

describe('what no config should be', () => {
  test.each([
    ['nothing', '', 'Error translating config: error parsing variant; must be specified'],
    ['NULs', '\0'.repeat(600), 'control characters are not allowed'],
    ['a picture', Uint8Array.of(0x89, 0x50, 0x4e, 0x47), 'invalid leading UTF-8 octet'],
    ['half a character', Uint8Array.of(0x61, 0xe2, 0x82), 'incomplete UTF-8 octet sequence'],
    ['UTF-16', Buffer.from(`\ufeff${HEAD}`, 'utf16le'), ''],
    [
      'half a surrogate pair',
      Uint8Array.of(0xff, 0xfe, 0x00, 0xd8, 0x41, 0x00),
      'expected low surrogate area',
    ],
    ['deep brackets', `${HEAD}x: ${'['.repeat(20_000)}`, 'exceeded max depth of 10000'],
    ['deep blocks', HEAD + depth(10_100), 'exceeded max depth of 10000'],
    ['deep but closed', `${HEAD}x: ${'['.repeat(9_000)}${']'.repeat(9_000)}`, 'unused key x'],
    ['an endless quote', `${HEAD}x: "${'a\n'.repeat(50_000)}`, 'found unexpected end of stream'],
    ['a long key', `${HEAD}${'k'.repeat(100_000)}: v`, "could not find expected ':'"],
    ['many repeated keys', HEAD + 'a: 1\n'.repeat(20_000), 'already defined at line'],
    [
      'JSON in JSON, deep',
      `${HEAD}ignition: {config: {merge: [{inline: '${'['.repeat(50_000)}'}]}}`,
      'source config is invalid',
    ],
  ])('%s', (_, source, expected) => {
    expect(verdict(source)).toContain(expected);
  });

  test('aliases that multiply', () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 9; level++) {
      const before = String.fromCharCode(96 + level);
      const name = String.fromCharCode(97 + level);
      bomb.push(`${name}: &${name} [${Array(10).fill(`*${before}`).join(', ')}]`);
    }
    // Where nothing reads them they cost nothing.
    expect(verdict(`${HEAD}${bomb.join('\n')}\n`)).toContain('unused key i');
    const used = `${HEAD}${bomb.join('\n')}\nkernel_arguments: {should_exist: *i}\n`;
    expect(verdict(used)).toContain('cannot unmarshal !!seq into v0_5.KernelArgument');
    const users = Array(60).fill('*u').join(', ');
    const wide = `x: &u {name: a, groups: [${Array(500).fill('g').join(', ')}]}\npasswd: {users: [${users}]}\n`;
    expect(verdict(HEAD + wide)).toContain('excessive aliasing');
  });

  test('more than can be compiled', () => {
    const { report, exitCode } = compile(new Uint8Array(50 * 1024 * 1024).fill(0x23));
    expect(report).toBe(
      'Error translating config: config is 50 MiB; at most 16 MiB can be compiled; ' +
        'put large files into --files-dir or behind a URL\n',
    );
    expect(exitCode).toBe(1);
  });
});

describe('anything at all', () => {
  test('has a result and never an exception', () => {
    const random = sequence(20_260);
    const pieces = [
      HEAD,
      'storage:',
      'files:',
      '- path: /a',
      'contents:',
      'inline: |',
      '{',
      '}',
      '[',
      ']',
      ': ',
      ', ',
      '\n',
      '\n  ',
      '\n    ',
      '\t',
      '"',
      "'",
      '\\',
      '&a ',
      '*a',
      '!!int ',
      '!<x> ',
      '#',
      '%YAML 1.1',
      '---',
      '...',
      '<<: *a',
      '|2-',
      '>+',
      '\u2028',
      '\ufeff',
      '😀',
      '0o17',
      '1e400',
      '-0b-1',
      '2001-02-30',
      '.nan',
      '~',
      '\r',
      '? ',
      '@',
      '\u0007',
    ];
    let errors = 0;
    for (let round = 0; round < 1500; round++) {
      let source = round % 2 === 0 ? HEAD : '';
      for (let i = random(40); i >= 0; i--) source += pieces[random(pieces.length)]!;
      const { exitCode, output } = compile(source);
      expect(output === undefined || exitCode === 0).toBe(true);
      errors += exitCode;
    }
    // The pieces make valid configs too, or the test would try nothing beyond YAML.
    expect(errors).toBeGreaterThan(500);
    expect(errors).toBeLessThan(1500);
  });

  test('as bytes', () => {
    const random = sequence(7);
    for (let round = 0; round < 400; round++) {
      const noise = Uint8Array.from({ length: random(80) }, () => random(256));
      const source = Buffer.concat([Buffer.from(`${HEAD}x: `), noise]);
      expect(compile(source).report).toMatch(/^$|warning|Error translating config/);
    }
  });
});

function depth(levels: number): string {
  return Array.from({ length: levels }, () => '- ')
    .join('')
    .replace(/^/, 'x:\n  ');
}

/** Whole numbers below a bound, the same ones in each run (mulberry32). */
function sequence(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
