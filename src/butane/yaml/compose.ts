import { Composition, type Frame } from './composition.ts';
import { parseError } from './error.ts';
import { readYamlInput } from './input.ts';
import type { YamlNode } from './node.ts';
import { Scanner } from './scanner.ts';
import type { TokenType } from './token.ts';

/** Reads the first document of a stream; undefined for a stream without one. Throws YamlError. */
export function composeYaml(source: Uint8Array | string): YamlNode | undefined {
  const scanner = new Scanner(readYamlInput(source));
  const composition = new Composition(scanner);
  scanner.take();
  let next = scanner.peek();
  if (next.type === 'stream-end') return undefined;
  const explicit = next.type.endsWith('directive') || next.type === 'document-start';
  readDirectives(composition);
  if (explicit) {
    next = scanner.peek();
    if (next.type !== 'document-start') {
      throw parseError('did not find expected <document start>', 0, next.line);
    }
    scanner.take();
    next = scanner.peek();
  }
  if (explicit && ENDS_DOCUMENT.has(next.type)) composition.addEmpty(next.line, next.column);
  else composition.node(true, false);
  for (let frame = composition.frame; frame; frame = composition.frame) STEPS[frame.kind](composition, frame);
  // What follows the document is looked at, and may be wrong, even though it is not read.
  scanner.peek();
  return composition.root;
}

function readDirectives({ scanner, handles }: Composition): void {
  let version = false;
  for (let next = scanner.peek(); next.type.endsWith('directive'); next = scanner.peek()) {
    if (next.type === 'version-directive') {
      if (version) throw parseError('found duplicate %YAML directive', 0, next.line);
      if (next.value !== '1.1') throw parseError('found incompatible YAML document', 0, next.line);
      version = true;
    } else {
      if (handles.has(next.value)) throw parseError('found duplicate %TAG directive', 0, next.line);
      handles.set(next.value, next.suffix);
    }
    scanner.take();
  }
  if (!handles.has('!')) handles.set('!', '!');
  if (!handles.has('!!')) handles.set('!!', 'tag:yaml.org,2002:');
}

/** Reads the next node of an open collection, or closes it. */
const STEPS: Record<Frame['kind'], (composition: Composition, frame: Frame) => void> = {
  'block-list'(composition, frame) {
    const next = composition.scanner.peek();
    if (next.type === 'block-entry') {
      composition.nodeBehind(composition.scanner.take(), ENDS_LIST_ITEM, false);
    } else if (next.type === 'block-end') {
      composition.close(true);
    } else {
      throw parseError("did not find expected '-' indicator", frame.line, next.line);
    }
  },

  /** A list that is not indented further than its key. */
  'plain-list'(composition) {
    const { scanner } = composition;
    if (scanner.peek().type !== 'block-entry') composition.close(false);
    else composition.nodeBehind(scanner.take(), ENDS_PLAIN_ITEM, false);
  },

  'block-map'(composition, frame) {
    const { scanner } = composition;
    const next = scanner.peek();
    if (frame.state === 'value') {
      frame.state = 'key';
      if (next.type === 'value') composition.nodeBehind(scanner.take(), ENDS_MAP_ITEM, true);
      else composition.addEmpty(next.line, next.column);
    } else if (next.type === 'key') {
      frame.state = 'value';
      composition.nodeBehind(scanner.take(), ENDS_MAP_ITEM, true);
    } else if (next.type === 'block-end') {
      composition.close(true);
    } else {
      throw parseError('did not find expected key', frame.line, next.line);
    }
  },

  'flow-list'(composition, frame) {
    skipComma(composition, frame, 'flow-list-end', "did not find expected ',' or ']'");
    const next = composition.scanner.peek();
    frame.state = 'key';
    if (next.type === 'flow-list-end') composition.close(true);
    else if (next.type === 'key') composition.openPair(next);
    else composition.node(false, false);
  },

  /** `[a: b]`: a map of one pair without braces. */
  'flow-pair'(composition, frame) {
    const { scanner } = composition;
    const next = scanner.peek();
    if (frame.state === 'end') {
      composition.close(false);
    } else if (frame.state === 'key') {
      frame.state = 'value';
      if (ENDS_PAIR_KEY.has(next.type)) {
        scanner.take();
        composition.addEmpty(next.line, next.column + 1);
      } else {
        composition.node(false, false);
      }
    } else {
      frame.state = 'end';
      if (next.type === 'value') scanner.take();
      const empty = next.type !== 'value' || ENDS_PAIR.has(scanner.peek().type);
      if (empty) composition.addEmpty(next.line, next.column);
      else composition.node(false, false);
    }
  },

  'flow-map'(composition, frame) {
    const { scanner } = composition;
    if (frame.state === 'value' || frame.state === 'bare-value') {
      const valued = frame.state === 'value' && scanner.peek().type === 'value';
      frame.state = 'key';
      if (valued) scanner.take();
      flowNode(composition, !valued || ENDS_FLOW_VALUE.has(scanner.peek().type));
      return;
    }
    skipComma(composition, frame, 'flow-map-end', "did not find expected ',' or '}'");
    const next = scanner.peek();
    if (next.type === 'flow-map-end') {
      composition.close(true);
    } else if (next.type === 'key') {
      frame.state = 'value';
      scanner.take();
      flowNode(composition, ENDS_FLOW_KEY.has(scanner.peek().type));
    } else {
      frame.state = 'bare-value';
      composition.node(false, false);
    }
  },
};

function flowNode(composition: Composition, empty: boolean): void {
  const next = composition.scanner.peek();
  if (empty) composition.addEmpty(next.line, next.column);
  else composition.node(false, false);
}

/** Between two items in brackets there has to be a comma. */
function skipComma(composition: Composition, frame: Frame, end: TokenType, problem: string): void {
  const next = composition.scanner.peek();
  if (next.type === end || frame.state === 'first') return;
  if (next.type !== 'flow-entry') throw parseError(problem, frame.line, next.line);
  composition.scanner.take();
}

const types = (...list: TokenType[]): ReadonlySet<TokenType> => new Set(list);
const ENDS_DOCUMENT = types(
  'version-directive',
  'tag-directive',
  'document-start',
  'document-end',
  'stream-end',
);
const ENDS_LIST_ITEM = types('block-entry', 'block-end');
const ENDS_PLAIN_ITEM = types('block-entry', 'key', 'value', 'block-end');
const ENDS_MAP_ITEM = types('key', 'value', 'block-end');
const ENDS_PAIR_KEY = types('value', 'flow-entry', 'flow-list-end');
const ENDS_PAIR = types('flow-entry', 'flow-list-end');
const ENDS_FLOW_KEY = types('value', 'flow-entry', 'flow-map-end');
const ENDS_FLOW_VALUE = types('flow-entry', 'flow-map-end');
