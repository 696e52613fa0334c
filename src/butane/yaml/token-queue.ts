import type { Token } from './token.ts';

/** Tokens that are read but not yet taken. A token's number is its place since the start of the stream. */
export class TokenQueue {
  /** How many tokens were taken, which is also the number of the first one here. */
  taken = 0;
  #tokens: Token[] = [];
  #head = 0;

  get length(): number {
    return this.#tokens.length - this.#head;
  }

  /** The number that the next token will get. */
  get nextNumber(): number {
    return this.taken + this.length;
  }

  get first(): Token {
    return this.#tokens[this.#head]!;
  }

  push(token: Token): void {
    this.#tokens.push(token);
  }

  /** Puts a token before the one with that number. */
  insert(number: number, token: Token): void {
    this.#tokens.splice(this.#head + number - this.taken, 0, token);
  }

  take(): Token {
    const token = this.first;
    this.taken++;
    if (++this.#head > SLACK) {
      this.#tokens = this.#tokens.slice(this.#head);
      this.#head = 0;
    }
    return token;
  }
}

// Taken tokens are let go in batches.
const SLACK = 1024;
