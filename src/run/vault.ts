import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { RunError } from '../errors.ts';
import { unwritable } from './unwritable.ts';

/**
 * A run's secrets, beside its journal in a file of mode 0600: those of the plan, until the run has ended
 * well, and the texts that `undo` would put back.
 */
export interface Vault {
  readonly secrets: Readonly<Record<string, string>>;
  keep(text: string): Promise<string>;
  kept(key: string): string | undefined;
  /** The plan's secrets are no longer needed. Without kept texts the file goes too. */
  forget(): Promise<void>;
  /** Nothing of the run is left to be taken back. */
  remove(): Promise<void>;
}

interface Content {
  secrets: Record<string, string>;
  kept: Record<string, string>;
}

export async function createVault(
  folder: string,
  run: string,
  secrets: Record<string, string>,
): Promise<Vault> {
  const vault = new VaultFile(path.join(folder, `${run}.vault`), { secrets, kept: {} });
  await vault.write();
  return vault;
}

export async function openVault(folder: string, run: string): Promise<Vault> {
  const file = path.join(folder, `${run}.vault`);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{"secrets":{},"kept":{}}';
    throw error;
  });
  try {
    return new VaultFile(file, JSON.parse(text) as Content);
  } catch (cause) {
    throw new RunError("the run's secrets are damaged", {
      where: file,
      fix: 'apply its answers again: what the run made is found by its mark and kept',
      cause,
    });
  }
}

class VaultFile implements Vault {
  readonly #file: string;
  #content: Content;
  #writing: Promise<void> = Promise.resolve();

  constructor(file: string, content: Content) {
    this.#file = file;
    this.#content = content;
  }

  get secrets(): Readonly<Record<string, string>> {
    return this.#content.secrets;
  }

  async keep(text: string): Promise<string> {
    const key = `k${Object.keys(this.#content.kept).length}`;
    this.#content.kept[key] = text;
    await this.write();
    return key;
  }

  kept(key: string): string | undefined {
    return this.#content.kept[key];
  }

  async forget(): Promise<void> {
    this.#content = { secrets: {}, kept: this.#content.kept };
    await (Object.keys(this.#content.kept).length > 0 ? this.write() : this.remove());
  }

  async remove(): Promise<void> {
    await this.#writing;
    await rm(this.#file, { force: true });
  }

  write(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#replace());
    return this.#writing;
  }

  /** A vault without content is no file at all. */
  async #replace(): Promise<void> {
    const { secrets, kept } = this.#content;
    if (Object.keys(secrets).length + Object.keys(kept).length === 0) return;
    const fresh = `${this.#file}.new`;
    try {
      await mkdir(path.dirname(this.#file), { recursive: true, mode: 0o700 });
      const handle = await open(fresh, 'w', 0o600);
      try {
        await handle.writeFile(JSON.stringify(this.#content));
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(fresh, this.#file);
    } catch (cause) {
      await rm(fresh, { force: true }).catch(() => undefined);
      throw unwritable("the run's secrets", this.#file, cause);
    }
  }
}
