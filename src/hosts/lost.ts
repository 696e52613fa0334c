/**
 * The `cause` of a TargetError whose connection failed. `sent`: the command may have been run; the API's
 * errors carry the same two properties, so that one question fits both.
 */
export class ConnectionLost extends Error {
  readonly sent: boolean;
  readonly code: string;

  constructor(code: string, sent: boolean, cause?: unknown) {
    super(code, cause === undefined ? undefined : { cause });
    this.name = 'ConnectionLost';
    this.sent = sent;
    this.code = code;
  }
}

/** The mark down the chain of causes, if there is one. */
export function lostOf(error: unknown): ConnectionLost | undefined {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof ConnectionLost) return at;
  return undefined;
}
