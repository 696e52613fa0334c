import { inspect } from 'node:util';

/**
 * A text that must not be seen: prints, serialises and inspects as `shown`.
 * `shown` may be a masked rendering (an Ignition file with its password hashes blanked), or `***`.
 */
export class Secret {
  readonly #value: string;
  readonly shown: string;

  constructor(value: string, shown = '***') {
    this.#value = value;
    this.shown = shown;
  }

  /** The text itself. Only for the request body or the file that needs it. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return this.shown;
  }

  toJSON(): string {
    return this.shown;
  }

  [inspect.custom](): string {
    return this.shown;
  }
}

/** A text in a plan, which may be secret. */
export type Text = string | Secret;

export function reveal(text: Text): string {
  return text instanceof Secret ? text.reveal() : text;
}
