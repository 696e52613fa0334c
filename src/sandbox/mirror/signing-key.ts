import { join } from 'node:path';
import { readText, writeAtomic } from '../state/files.ts';

/** The mirror's own OpenPGP key: made when first needed, kept in the state folder (private part: mode 0600). */
export class SigningKey {
  readonly #folder: string;
  #ready: Promise<{ privateKey: string; publicKey: string }> | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Armored. */
  async publicKey(): Promise<string> {
    return (await this.#load()).publicKey;
  }

  /** A signature beside the file; armored when its URL says so, as publishers do. */
  async detachedSign(data: Buffer, url: string): Promise<Buffer> {
    const { createMessage, readPrivateKey, sign } = await import('openpgp');
    const signingKeys = await readPrivateKey({ armoredKey: (await this.#load()).privateKey });
    const message = await createMessage({ binary: new Uint8Array(data) });
    if (url.endsWith('.asc')) return Buffer.from(await sign({ message, signingKeys, detached: true }));
    return Buffer.from(await sign({ message, signingKeys, detached: true, format: 'binary' }));
  }

  /** The text with its signature around it. */
  async clearSign(data: Buffer): Promise<Buffer> {
    const { createCleartextMessage, readPrivateKey, sign } = await import('openpgp');
    const signingKeys = await readPrivateKey({ armoredKey: (await this.#load()).privateKey });
    const message = await createCleartextMessage({ text: data.toString('utf8') });
    return Buffer.from(await sign({ message, signingKeys }));
  }

  #load(): Promise<{ privateKey: string; publicKey: string }> {
    this.#ready ??= this.#readOrMake();
    return this.#ready;
  }

  async #readOrMake(): Promise<{ privateKey: string; publicKey: string }> {
    const paths = {
      privateKey: join(this.#folder, 'private.asc'),
      publicKey: join(this.#folder, 'public.asc'),
    };
    const privateKey = readText(paths.privateKey);
    const publicKey = readText(paths.publicKey);
    if (privateKey !== undefined && publicKey !== undefined) return { privateKey, publicKey };
    // openpgp is a big module: nobody waits for it unless a signature is asked for.
    const { generateKey } = await import('openpgp');
    const made = await generateKey({
      type: 'ecc',
      curve: 'ed25519Legacy',
      userIDs: [{ name: 'Proxwright sandbox mirror' }],
      format: 'armored',
    });
    writeAtomic(paths.privateKey, made.privateKey, 0o600);
    writeAtomic(paths.publicKey, made.publicKey);
    return made;
  }
}
