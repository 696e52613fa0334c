/** `unset` is a name that has its value from a command line or a question. */
type Why = 'computed' | 'secret' | 'unset';

/** Stands for a value that cannot or must not be copied. `text` is what stood in its place, never the value. */
export class Opaque {
  readonly why: Why;
  readonly text: string;

  constructor(why: Why, text: string) {
    this.why = why;
    this.text = text;
  }
}

/** Whether a name is that of a secret, in any of the ways in which tools write names. Public keys are none. */
export function isSecretName(name: string): boolean {
  const plain = name.replaceAll(/[-_.\s]/g, '').toLowerCase();
  if (/public|authorized|keyring/.test(plain)) return false;
  return /passw|secret|token|credential|privatekey|apikey|sshkey$|passphrase|accesskey/.test(plain);
}

/** The parts of a value that have no value, all the way down. */
export function opaqueParts(value: unknown): Opaque[] {
  if (value instanceof Opaque) return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(opaqueParts) : [];
}
