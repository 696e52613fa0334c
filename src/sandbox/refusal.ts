/** What the API answers instead of data: an HTTP status, a text, and for 400 which parameter and why. */
export class Refusal extends Error {
  readonly status: number;
  readonly errors: Readonly<Record<string, string>> | undefined;

  constructor(status: number, text: string, errors?: Record<string, string>) {
    super(text);
    this.name = 'Refusal';
    this.status = status;
    this.errors = errors;
  }
}

/** A 500 with the text that the real code dies with. */
export function fail(text: string): Refusal {
  return new Refusal(500, text);
}

/** A 403; `what` is the part in brackets, as in `/vms/100, VM.Clone`. */
export function denied(what?: string): Refusal {
  return new Refusal(403, `Permission check failed${what === undefined ? '' : ` (${what})`}`);
}

/** A 400 with one text per parameter. */
export function badParameters(errors: Record<string, string>): Refusal {
  return new Refusal(400, 'Parameter verification failed.', errors);
}
