import { formatConf, parseConf } from './conf.ts';
import { readText, writeAtomic } from './files.ts';
import { sha1 } from './section-config.ts';

/** A cluster file of `key: value` lines, such as datacenter.cfg. */
export class KeyValueFile {
  readonly #path: string;
  #values: Readonly<Record<string, string>> | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  get values(): Readonly<Record<string, string>> {
    this.#values ??= parseConf(readText(this.#path) ?? '').values;
    return this.#values;
  }

  set(values: Readonly<Record<string, string>>): void {
    writeAtomic(this.#path, formatConf({ values, pending: {} }), 0o640);
    this.#values = values;
  }

  digest(): string {
    return sha1(JSON.stringify(this.values));
  }

  reread(): void {
    this.#values = undefined;
  }
}
