import type { CommandResult } from '../hosts/host.ts';
import type { Params } from '../pve/pve.ts';

/**
 * All that a check sees. Equal questions are asked once, however many checks ask them, and none takes longer
 * than two seconds. Throws {@link Unseen}.
 */
export interface Look {
  readonly node: string;
  /** Commands and files are within reach, not only the API. */
  readonly hasHost: boolean;
  /** A text file of the node; undefined where there is none. */
  file(path: string): Promise<string | undefined>;
  /** A command that changes nothing. One that is not installed ends with 127. */
  command(...argv: readonly string[]): Promise<CommandResult>;
  /** An answer of the API, path as in {@link Pve.get}; `{node}` stands for this node. */
  get(path: string, params?: Params): Promise<unknown>;
  /** An answer of the MAAS that the answers name. */
  maas(path: string, options?: { anonymous?: boolean }): Promise<MaasAnswer>;
  on(node: string): Look;
}

export interface MaasAnswer {
  status: number;
  body: string;
  /** The server's clock as its `Date` header has it, in seconds; undefined where it sent none. */
  date: number | undefined;
}

/** Something could not be looked at. `denied` and `out of reach` are no fault of the node. */
export class Unseen extends Error {
  readonly reason: 'denied' | 'out of reach' | 'failed';

  constructor(reason: Unseen['reason'], message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'Unseen';
    this.reason = reason;
  }
}

/** Somebody answered with something that is not what they should say. */
export class Garbled extends Error {
  /** `what` names the command, file or path. */
  constructor(what: string, said: unknown) {
    const text = typeof said === 'string' ? said : (JSON.stringify(said) ?? String(said));
    const shown = text.trim() === '' ? 'nothing' : `"${shorten(text)}"`;
    super(`${what} said what cannot be understood: ${shown}`);
    this.name = 'Garbled';
  }
}

function shorten(text: string): string {
  // Anything may come: control characters must not reach a terminal.
  const line = text.replace(/[\p{Cc}\p{Cf}]+/gu, ' ').trim();
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
