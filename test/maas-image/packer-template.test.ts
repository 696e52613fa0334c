import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { BUNDLED } from '../../src/maas-image/bundled.ts';
import { ASSETS } from './edges.ts';

/** packer is not in Debian: what of `packer validate` can be told from the text alone is told here. */
const text = readFileSync(path.join(ASSETS, 'engines/packer/image.pkr.hcl'), 'utf8');
const words = tokens(text);

describe('the template of packer', () => {
  test('closes every bracket that it opens, in order, and every text', () => {
    const open: string[] = [];
    const pairs: Record<string, string> = { '}': '{', ']': '[', ')': '(' };
    for (const word of words) {
      if ('{[('.includes(word)) open.push(word);
      else if (word in pairs) expect(open.pop()).toBe(pairs[word]);
    }
    expect(open).toEqual([]);
  });

  test('has blocks of known kinds alone, with as many labels as they want', () => {
    const labels = { packer: 0, variable: 1, locals: 0, source: 2, build: 0 };
    const blocks = topBlocks(words);
    for (const { kind, count } of blocks)
      expect([kind, count]).toEqual([kind, labels[kind as keyof typeof labels]]);
    expect(blocks.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['packer', 'source', 'build']));
  });

  test('uses nothing that it does not declare', () => {
    const variables = all(/^variable "(\w+)"/gm);
    expect(all(/\bvar\.(\w+)/g).filter((name) => !variables.includes(name))).toEqual([]);
    const locals = all(/^ {2}(\w+) += /gm, /^locals \{\n([\s\S]*?)^\}/m.exec(text)?.[1] ?? '');
    expect(all(/\blocal\.(\w+)/g).filter((name) => !locals.includes(name))).toEqual([]);
    const sources = [...text.matchAll(/^source "(\w+)" "(\w+)"/gm)].map(
      ([, kind, name]) => `source.${kind}.${name}`,
    );
    expect(all(/"(source\.\w+\.\w+)"/g)).toEqual(sources);
  });

  test('names the plug-in of every source and provisioner', () => {
    const plugins = all(/^ {4}(\w+) = \{\n {6}source/gm);
    expect(
      [...all(/^source "(\w+)"/gm), ...all(/^ +provisioner "(\w+)"/gm)].filter(
        (name) => !plugins.includes(name),
      ),
    ).toEqual([]);
    expect(text).toMatch(/required_version = ">= 1\.11\.0"/);
  });

  test('names files that lie beside it', () => {
    expect(all(/\$\{path\.root\}\/([\w./-]+)/g)).toEqual(
      BUNDLED.packer.filter((name) => name.endsWith('.yml')),
    );
  });

  test('calls functions that packer has', () => {
    expect([...new Set(all(/(?<![."\w])([a-z]+)\(/g))].sort()).toEqual(['abspath', 'jsonencode']);
  });
});

function all(pattern: RegExp, within = text): string[] {
  return [...within.matchAll(pattern)].map(([, found = '']) => found);
}

/** Brackets, names and texts, without comments; fails at anything else. */
function tokens(source: string): string[] {
  const pattern = /\s+|\/\/[^\n]*|#[^\n]*|("(?:[^"\\\n]|\\.)*")|([\w.-]+)|([{}[\](),=>:])/y;
  const found: string[] = [];
  while (pattern.lastIndex < source.length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(source);
    if (!match) throw new Error(`what is this? ${source.slice(at, at + 40)}`);
    const word = match[1] ?? match[2] ?? match[3];
    if (word !== undefined) found.push(word);
  }
  return found;
}

function topBlocks(all: readonly string[]): { kind: string; count: number }[] {
  const blocks: { kind: string; count: number }[] = [];
  let depth = 0;
  let kind = '';
  let count = 0;
  for (const word of all) {
    if (depth === 0 && /^\w/.test(word)) [kind, count] = [word, 0];
    else if (depth === 0 && word.startsWith('"')) count++;
    else if ('{[('.includes(word)) depth++ === 0 && blocks.push({ kind, count });
    else if ('}])'.includes(word)) depth--;
  }
  return blocks;
}
