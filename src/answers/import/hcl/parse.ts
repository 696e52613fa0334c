import type { Issue } from '../../../errors.ts';
import type { AnswerFile } from '../../yaml.ts';
import { accept, type Cursor, fail, foundAt, identifier, skipBlank, within } from './cursor.ts';
import { expression } from './expression.ts';
import { type Attribute, type Block, type Body, HclError, issueAt } from './syntax.ts';
import { plainString } from './template.ts';

/** 1 MiB: some thousand module calls. What is larger is something else. */
const LARGEST = 1024 * 1024;

/** Reads one file of HCL's native syntax, or says in one issue why that cannot be. */
export function parseHcl(file: AnswerFile): { body?: Body; issue?: Issue } {
  // Terraform, too, reads both kinds of line ends alike.
  const text = file.text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  const source = { name: file.name, text };
  const refuse = (message: string, at = 0) => ({ issue: issueAt({ file: source, at }, message) });
  if (file.text.length > LARGEST) return refuse('is larger than 1 MiB, which no such Terraform file is');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what tells a binary file
  if (/[\0-\x08\x0b-\x1f\x7f\ufffd]/.test(text)) return refuse('is not a text in UTF-8');
  const cursor: Cursor = { file: source, text, at: 0, depth: 0, again: 0 };
  try {
    const read = body(cursor);
    if (cursor.at < text.length) fail(cursor, 'there is a "}" without its "{"');
    return { body: read };
  } catch (error) {
    if (error instanceof HclError) return refuse(error.message, error.at);
    throw error;
  }
}

/** Arguments and blocks up to the closing bracket, which stays. */
function body(cursor: Cursor): Body {
  const attributes: Attribute[] = [];
  const blocks: Block[] = [];
  const names = new Set<string>();
  for (;;) {
    skipBlank(cursor, true);
    if (cursor.at >= cursor.text.length || cursor.text[cursor.at] === '}') return { attributes, blocks };
    const at = cursor.at;
    const name = identifier(cursor);
    if (name === undefined) fail(cursor, `${WANTED}, found ${foundAt(cursor)}`);
    skipBlank(cursor, false);
    if (cursor.text[cursor.at] === '=' && cursor.text[cursor.at + 1] !== '=') {
      cursor.at += 1;
      if (names.has(name)) fail(cursor, `${name} stands here a second time`, at);
      names.add(name);
      attributes.push({ name, at, file: cursor.file, value: expression(cursor, 'argument') });
    } else {
      blocks.push(block(cursor, { type: name, at }));
    }
    endOfLine(cursor);
  }
}

const WANTED = 'wants a block such as module "edge" { … } or an argument such as name = "edge"';

function block(cursor: Cursor, { type, at }: { type: string; at: number }): Block {
  const labels: string[] = [];
  while (!accept(cursor, '{')) {
    const label = cursor.text[cursor.at] === '"' ? plainString(cursor) : identifier(cursor);
    if (label === undefined) {
      fail(cursor, `"=" or "{" has to follow ${[type, ...labels].join(' ')}, found ${foundAt(cursor)}`);
    }
    labels.push(label);
    skipBlank(cursor, false);
  }
  const read = within(cursor, () => body(cursor));
  if (!accept(cursor, '}')) fail(cursor, `the "{" of this ${type} is not closed`, at);
  return { type, labels, body: read, file: cursor.file, at };
}

function endOfLine(cursor: Cursor): void {
  skipBlank(cursor, false);
  const next = cursor.text[cursor.at];
  if (next === undefined || next === '\n' || next === '}') return;
  fail(cursor, `wants a new line here, found ${foundAt(cursor)}`);
}
