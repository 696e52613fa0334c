import { Cursor, isBlankOrEnd, isBreak, type Mark } from './cursor.ts';
import { scanError } from './error.ts';
import type { YamlInput } from './input.ts';
import { scanBlockScalar } from './scan-block.ts';
import { skipComments, skipDirectComment } from './scan-comment.ts';
import { scanAnchor, scanDirective, scanTag } from './scan-name.ts';
import { scanQuotedScalar } from './scan-quoted.ts';
import { scanPlainScalar, startsPlainScalar } from './scan-scalar.ts';
import { MAX_DEPTH, SimpleKeys } from './simple-keys.ts';
import { type Token, type TokenType, token } from './token.ts';
import { TokenQueue } from './token-queue.ts';

/**
 * Text → tokens, with the bounds and the look-ahead of yaml.v3: two tokens beyond the current one are
 * always read, so an error there comes before anything that the parser might object to.
 */
export class Scanner {
  readonly #cursor: Cursor;
  readonly #keys: SimpleKeys;
  readonly #indents: number[] = [];
  #indent = -1;
  readonly #queue = new TokenQueue();
  #ready = false;

  constructor(input: YamlInput) {
    this.#cursor = new Cursor(input);
    this.#keys = new SimpleKeys(this.#cursor);
    this.#queue.push(token('stream-start', this.#cursor.mark()));
  }

  peek(): Token {
    if (!this.#ready) this.#fill();
    return this.#queue.first;
  }

  take(): Token {
    this.peek();
    this.#ready = false;
    return this.#queue.take();
  }

  #fill(): void {
    // A token that may yet turn out to be a key has to wait for its ':'.
    while (this.#queue.length <= LOOK_AHEAD || this.#keys.isPending(this.#queue.taken)) this.#fetch();
    this.#ready = true;
  }

  #fetch(): void {
    const cursor = this.#cursor;
    const { pos, line, lineStart } = cursor;
    this.#skipToToken();
    const column = cursor.column;
    if (this.#indent > column) {
      // Blocks end where the white space behind their last token begins.
      this.#closeBlocks(column, { pos, line, column: cursor.characters(lineStart, pos) });
    }
    if (cursor.atEnd()) {
      this.#fetchStreamEnd();
    } else if (cursor.pos === cursor.lineStart && cursor.code() === 0x25) {
      this.#endDocument();
      this.#queue.push(scanDirective(cursor));
    } else if (cursor.atDocumentIndicator()) {
      this.#fetchDocumentIndicator();
    } else if (this.#fetchContent()) {
      skipDirectComment(cursor);
    }
  }

  /** Reads one token that is part of a document; true when the line goes on behind it. */
  #fetchContent(): boolean {
    const cursor = this.#cursor;
    const flow = this.#keys.depth > 0;
    const next = cursor.code(1);
    switch (cursor.text.charAt(cursor.pos)) {
      case '[':
        return this.#fetchFlowStart('flow-list-start');
      case '{':
        return this.#fetchFlowStart('flow-map-start');
      case ']':
        return this.#fetchFlowEnd('flow-list-end');
      case '}':
        return this.#fetchFlowEnd('flow-map-end');
      case ',':
        this.#keys.drop();
        this.#keys.allowed = true;
        this.#pushIndicator('flow-entry');
        return true;
      case '-':
        if (!isBlankOrEnd(next)) break;
        this.#startBlockItem('block-list-start', 'block sequence entries are not allowed in this context');
        this.#keys.drop();
        this.#keys.allowed = true;
        this.#pushIndicator('block-entry');
        return false;
      case '?':
        if (!flow && !isBlankOrEnd(next)) break;
        this.#startBlockItem('block-map-start', 'mapping keys are not allowed in this context');
        this.#keys.drop();
        this.#keys.allowed = !flow;
        this.#pushIndicator('key');
        return true;
      case ':':
        if (flow || isBlankOrEnd(next)) return this.#fetchValue(flow);
        break;
      case '*':
        return this.#fetchSimple(() => scanAnchor(cursor, 'alias'));
      case '&':
        return this.#fetchSimple(() => scanAnchor(cursor, 'anchor'));
      case '!':
        return this.#fetchSimple(() => scanTag(cursor));
      case '|':
      case '>':
        if (!flow) return this.#fetchBlockScalar();
        break;
      case "'":
        return this.#fetchSimple((mark) => token('scalar', mark, scanQuotedScalar(cursor, true)));
      case '"':
        return this.#fetchSimple((mark) => token('scalar', mark, scanQuotedScalar(cursor, false)));
    }
    if (!startsPlainScalar(cursor, flow)) {
      throw scanError('found character that cannot start any token', cursor.line, cursor.line);
    }
    return this.#fetchPlainScalar(flow);
  }

  #fetchSimple(scan: (mark: Mark) => Token): boolean {
    this.#keys.save(this.#queue.nextNumber, this.#indent);
    this.#keys.allowed = false;
    this.#queue.push(scan(this.#cursor.mark()));
    return true;
  }

  #fetchPlainScalar(flow: boolean): boolean {
    const mark = this.#cursor.mark();
    this.#keys.save(this.#queue.nextNumber, this.#indent);
    this.#keys.allowed = false;
    const { value, newLine } = scanPlainScalar(this.#cursor, this.#indent + 1, flow);
    this.#queue.push(token('scalar', mark, value, '', true));
    if (newLine) this.#keys.allowed = true;
    return !newLine;
  }

  #fetchBlockScalar(): boolean {
    const mark = this.#cursor.mark();
    this.#keys.drop();
    this.#keys.allowed = true;
    this.#queue.push(token('scalar', mark, scanBlockScalar(this.#cursor, this.#indent)));
    return false;
  }

  #fetchFlowStart(type: TokenType): boolean {
    this.#keys.save(this.#queue.nextNumber, this.#indent);
    this.#keys.enterFlow();
    this.#keys.allowed = true;
    this.#pushIndicator(type);
    return true;
  }

  #fetchFlowEnd(type: TokenType): boolean {
    this.#keys.drop();
    this.#keys.leaveFlow();
    this.#keys.allowed = false;
    this.#pushIndicator(type);
    return true;
  }

  /** A `-` or `?` outside brackets opens its block if it is indented further than the block around it. */
  #startBlockItem(type: TokenType, refusal: string): void {
    if (this.#keys.depth > 0) return;
    const mark = this.#cursor.mark();
    if (!this.#keys.allowed) throw scanError(refusal, mark.line, mark.line);
    this.#openBlock(type, mark, this.#queue.nextNumber);
  }

  #fetchValue(flow: boolean): boolean {
    const key = this.#keys.takeCurrent();
    if (key) {
      this.#queue.insert(key.number, token('key', key.mark));
      this.#openBlock('block-map-start', key.mark, key.number);
      this.#keys.allowed = false;
    } else {
      this.#startBlockItem('block-map-start', 'mapping values are not allowed in this context');
      this.#keys.allowed = !flow;
    }
    this.#pushIndicator('value');
    return true;
  }

  #pushIndicator(type: TokenType): void {
    this.#queue.push(token(type, this.#cursor.mark()));
    this.#cursor.pos++;
  }

  #openBlock(type: TokenType, mark: Mark, number: number): void {
    if (this.#keys.depth > 0 || this.#indent >= mark.column) return;
    this.#indents.push(this.#indent);
    this.#indent = mark.column;
    if (this.#indents.length > MAX_DEPTH) throw this.#keys.tooDeep();
    this.#queue.insert(number, token(type, mark));
  }

  #closeBlocks(column: number, at: Mark): void {
    if (this.#keys.depth > 0) return;
    while (this.#indent > column) {
      this.#queue.push(token('block-end', at));
      this.#indent = this.#indents.pop()!;
    }
  }

  #endDocument(): void {
    this.#closeBlocks(-1, this.#cursor.mark());
    this.#keys.drop();
    this.#keys.allowed = false;
  }

  #fetchStreamEnd(): void {
    const cursor = this.#cursor;
    if (cursor.pos !== cursor.lineStart) {
      cursor.line++;
      cursor.lineStart = cursor.pos;
    }
    this.#endDocument();
    this.#queue.push(token('stream-end', cursor.mark()));
  }

  #fetchDocumentIndicator(): void {
    this.#endDocument();
    const type = this.#cursor.code() === 0x2d ? 'document-start' : 'document-end';
    this.#queue.push(token(type, this.#cursor.mark()));
    this.#cursor.pos += 3;
  }

  /** Steps over white space and comments. Tabs may not indent a block, nor stand before a key. */
  #skipToToken(): void {
    const cursor = this.#cursor;
    for (;;) {
      const tabs = this.#keys.depth > 0 || !this.#keys.allowed;
      while (cursor.code() === 0x20 || (tabs && cursor.code() === 0x09)) cursor.pos++;
      if (cursor.code() === 0x23) skipComments(cursor);
      if (!isBreak(cursor.code())) return;
      cursor.takeBreak();
      if (this.#keys.depth === 0) this.#keys.allowed = true;
    }
  }
}

// Tokens beyond the first one that are always read.
const LOOK_AHEAD = 2;
