import type { Cursor, Mark } from './cursor.ts';
import { scanError, type YamlError } from './error.ts';

interface SimpleKey {
  number: number;
  mark: Mark;
  /** In a block where every entry has to be a key, so that a missing ':' is an error. */
  required: boolean;
  possible: boolean;
}

/** yaml.v3 limits nesting, in blocks as in brackets. */
export const MAX_DEPTH = 10_000;

// YAML 1.2, 7.4.2: an implicit key is at most 1024 characters and one line long.
const MAX_KEY_LENGTH = 1024;

/** Tokens that may turn out to be keys once a ':' follows: at most one per level of brackets. */
export class SimpleKeys {
  /** Whether a key may start at the current place. */
  allowed = true;
  /** How many brackets are open. */
  depth = 0;
  readonly #cursor: Cursor;
  readonly #levels: (SimpleKey | undefined)[] = [undefined];
  readonly #byNumber = new Map<number, SimpleKey>();

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
  }

  /** Notes that the token about to be read (its number is given) may be a key. */
  save(number: number, indent: number): void {
    if (!this.allowed) return;
    this.drop();
    const mark = this.#cursor.mark();
    const key = { number, mark, required: this.depth === 0 && indent === mark.column, possible: true };
    this.#levels[this.depth] = key;
    this.#byNumber.set(number, key);
  }

  /** Gives up the key of the current level: what follows is no ':'. */
  drop(): void {
    const key = this.#levels[this.depth];
    if (!key?.possible) return;
    if (key.required) throw scanError("could not find expected ':'", key.mark.line, this.#cursor.line);
    this.#forget(key);
  }

  /** The key that the ':' at the current place belongs to, if there is one. */
  takeCurrent(): SimpleKey | undefined {
    const key = this.#levels[this.depth];
    if (!key || !this.#isValid(key)) return undefined;
    this.#forget(key);
    return key;
  }

  /** Whether the token with this number may still become a key. */
  isPending(number: number): boolean {
    const key = this.#byNumber.get(number);
    return key !== undefined && this.#isValid(key);
  }

  enterFlow(): void {
    this.depth++;
    this.#levels[this.depth] = undefined;
    if (this.depth > MAX_DEPTH) {
      throw scanError(`exceeded max depth of ${MAX_DEPTH}`, this.#cursor.line, this.#cursor.line);
    }
  }

  leaveFlow(): void {
    if (this.depth === 0) return;
    const key = this.#levels[this.depth];
    if (key) this.#byNumber.delete(key.number);
    this.depth--;
  }

  /** Blocks are nested too deeply; the last key's line is the one to name. */
  tooDeep(): YamlError {
    const line = this.#levels[this.depth]?.mark.line ?? 0;
    return scanError(`exceeded max depth of ${MAX_DEPTH}`, line, this.#cursor.line);
  }

  #forget(key: SimpleKey): void {
    key.possible = false;
    this.#byNumber.delete(key.number);
  }

  #isValid(key: SimpleKey): boolean {
    if (!key.possible) return false;
    const cursor = this.#cursor;
    const within =
      key.mark.line >= cursor.line && cursor.characters(key.mark.pos, cursor.pos) <= MAX_KEY_LENGTH;
    if (within) return true;
    if (key.required) throw scanError("could not find expected ':'", key.mark.line, cursor.line);
    this.#forget(key);
    return false;
  }
}
