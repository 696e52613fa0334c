import { parseError, YamlError } from './error.ts';
import type { YamlNode } from './node.ts';
import { resolveTag, shortTag } from './resolve.ts';
import type { Scanner } from './scanner.ts';
import type { Token, TokenType } from './token.ts';

/** A collection that is still open. No recursion, so that depth costs no stack. */
export interface Frame {
  readonly kind: 'block-list' | 'plain-list' | 'block-map' | 'flow-list' | 'flow-map' | 'flow-pair';
  readonly node: YamlNode;
  /** Where the collection's first token stands, for errors (0-based). */
  readonly line: number;
  state: 'first' | 'key' | 'value' | 'bare-value' | 'end';
}

/** A document while its nodes are put together: what is open, and what the next tokens make. */
export class Composition {
  readonly scanner: Scanner;
  readonly handles = new Map<string, string>();
  root: YamlNode | undefined;
  readonly #frames: Frame[] = [];
  readonly #anchors = new Map<string, YamlNode>();

  constructor(scanner: Scanner) {
    this.scanner = scanner;
  }

  /** The innermost open collection. */
  get frame(): Frame | undefined {
    return this.#frames.at(-1);
  }

  /** Reads one node; a collection is only opened, its items are for later. */
  node(block: boolean, plainList: boolean): void {
    const start = this.scanner.peek();
    if (start.type === 'alias') {
      this.#alias(this.scanner.take());
      return;
    }
    const { tag, anchor } = this.#properties(start);
    const next = this.scanner.peek();
    const kind = plainList && next.type === 'block-entry' ? 'plain-list' : collectionKind(next.type, block);
    if (kind) {
      this.#open(kind, start, { tag, anchor, line: next.line });
      if (kind !== 'plain-list') this.scanner.take();
    } else if (next.type === 'scalar') {
      this.#addScalar(start, this.scanner.take(), { tag, anchor });
    } else if (anchor !== '' || tag !== '') {
      this.#addScalar(start, { value: '', plain: true }, { tag, anchor });
    } else {
      throw parseError('did not find expected node content', start.line, next.line);
    }
  }

  /** Reads the node behind a `-`, `?` or `:` that was just taken, unless a token follows that leaves it empty. */
  nodeBehind(indicator: Token, ends: ReadonlySet<TokenType>, plainList: boolean): void {
    if (ends.has(this.scanner.peek().type)) this.addEmpty(indicator.line, indicator.column + 1);
    else this.node(true, plainList);
  }

  /** Opens the map that `a: b` is in a list in brackets. */
  openPair(key: Token): void {
    this.#open('flow-pair', key, { tag: '', anchor: '', line: key.line }).state = 'key';
    this.scanner.take();
  }

  /** Ends the innermost collection; `taken` if a token of its own ends it. */
  close(taken: boolean): void {
    this.#frames.pop();
    if (taken) this.scanner.take();
  }

  addEmpty(line: number, column: number): void {
    const place = { line: line + 1, column: column + 1 };
    this.#attach({ kind: 'scalar', tag: '!!null', value: '', items: NO_ITEMS, ...place });
  }

  #properties(start: Token): { tag: string; anchor: string } {
    let anchor = '';
    let tagToken: Token | undefined;
    for (let next = start; next.type === 'anchor' || next.type === 'tag'; next = this.scanner.peek()) {
      if (next.type === 'anchor' ? anchor !== '' : tagToken) break;
      if (next.type === 'anchor') anchor = next.value;
      else tagToken = next;
      this.scanner.take();
    }
    return { tag: tagToken ? this.#fullTag(tagToken, start) : '', anchor };
  }

  #fullTag(tagToken: Token, start: Token): string {
    if (tagToken.value === '') return tagToken.suffix;
    const prefix = this.handles.get(tagToken.value);
    const tag = prefix === undefined ? '' : prefix + tagToken.suffix;
    if (tag === '') throw parseError('found undefined tag handle', start.line, tagToken.line);
    return tag;
  }

  #alias(next: Token): void {
    const target = this.#anchors.get(next.value);
    if (!target) throw new YamlError(`unknown anchor '${next.value}' referenced`);
    this.#attach({ kind: 'alias', tag: '', value: next.value, items: NO_ITEMS, target, ...placeOf(next) });
  }

  #addScalar(
    start: Token,
    scalar: { value: string; plain: boolean },
    { tag, anchor }: { tag: string; anchor: string },
  ): void {
    let full = tag !== '' && tag !== '!' ? shortTag(tag) : '';
    if (full === '') full = scalar.plain ? resolveTag(scalar.value) : '!!str';
    this.#attach(
      { kind: 'scalar', tag: full, value: scalar.value, items: NO_ITEMS, ...placeOf(start) },
      anchor,
    );
  }

  #open(
    kind: Frame['kind'],
    start: Token,
    { tag, anchor, line }: { tag: string; anchor: string; line: number },
  ): Frame {
    const type = kind.endsWith('list') ? 'list' : 'map';
    const named = tag !== '' && tag !== '!' ? shortTag(tag) : type === 'map' ? '!!map' : '!!seq';
    const node: YamlNode = { kind: type, tag: named, value: '', items: [], ...placeOf(start) };
    this.#attach(node, anchor);
    const frame: Frame = { kind, node, line, state: 'first' };
    this.#frames.push(frame);
    return frame;
  }

  #attach(node: YamlNode, anchor = ''): void {
    if (anchor !== '') this.#anchors.set(anchor, node);
    const frame = this.frame;
    if (frame) frame.node.items.push(node);
    else this.root = node;
  }
}

const NO_ITEMS: YamlNode[] = [];

const FLOW: Partial<Record<TokenType, Frame['kind']>> = {
  'flow-list-start': 'flow-list',
  'flow-map-start': 'flow-map',
};
const BLOCK: Partial<Record<TokenType, Frame['kind']>> = {
  'block-list-start': 'block-list',
  'block-map-start': 'block-map',
};

function collectionKind(type: TokenType, block: boolean): Frame['kind'] | undefined {
  return FLOW[type] ?? (block ? BLOCK[type] : undefined);
}

function placeOf(start: Token): { line: number; column: number } {
  return { line: start.line + 1, column: start.column + 1 };
}
