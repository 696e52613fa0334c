import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import original from 'string-width';
import { expect, test } from 'vitest';
import { startUpFixes } from '../../scripts/start-up-fixes.ts';

const root = path.resolve(import.meta.dirname, '../..');

test('texts are as wide as before: every character, alone and in the sequences that make an emoji', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'proxwright-width-'));
  try {
    const outfile = path.join(folder, 'width.mjs');
    const entry = path.join(root, 'node_modules/string-width/index.js');
    await build({ entryPoints: [entry], outfile, bundle: true, format: 'esm', plugins: [startUpFixes] });
    const { default: fixed }: { default: typeof original } = await import(outfile);
    const differing: string[] = [];
    for (const text of texts()) if (fixed(text) !== original(text)) differing.push(text);
    expect(differing).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

function* texts(): Generator<string> {
  for (let code = 0; code <= 0x1_ff_ff; code++) {
    const character = String.fromCodePoint(code);
    yield character;
    if (!/[\p{Emoji}\p{Emoji_Component}]/u.test(character)) continue;
    // Presentation, keycap, skin tone, flags of countries and regions, families.
    for (const after of [
      '\ufe0f',
      '\ufe0f\u20e3',
      '\u20e3',
      '\u{1f3fd}',
      '\u{1f1e9}',
      '\u{e0067}\u{e0062}\u{e007f}',
    ])
      yield character + after;
    yield `${character}\u200d${character}`;
    yield `${character}\ufe0f\u200d\u2642\ufe0f`;
  }
}
