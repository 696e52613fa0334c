/** A guest's configuration file: the current values, and the sections below them. */
export interface Conf {
  readonly values: Readonly<Record<string, string>>;
  /** Changes that wait for the next start; `delete` lists names to drop then. */
  readonly pending: Readonly<Record<string, string>>;
}

const PENDING = 'PENDING';

/** Reads the text of a `<vmid>.conf`. Sections that the sandbox does not know are dropped. */
export function parseConf(text: string): Conf {
  const values: Record<string, string> = {};
  const pending: Record<string, string> = {};
  let into: Record<string, string> | undefined = values;
  const description: string[] = [];
  for (const line of text.split('\n')) {
    const section = /^\[(.+)\]\s*$/.exec(line);
    if (section) into = section[1] === PENDING ? pending : undefined;
    else if (line.startsWith('#') && into === values) description.push(decode(line.slice(1)));
    else if (into) {
      const entry = /^([a-z][a-z0-9_-]*):\s*(.*?)\s*$/i.exec(line);
      if (entry) into[entry[1] ?? ''] = entry[2] ?? '';
    }
  }
  if (description.length > 0) values.description = description.join('\n').trimEnd();
  return { values, pending };
}

/** The text as PVE writes it: the description as encoded comment lines, then keys in order. */
export function formatConf(conf: Conf): string {
  const { description, ...values } = conf.values;
  const comment = description === undefined || description === '' ? [] : description.split('\n');
  const pending =
    Object.keys(conf.pending).length === 0 ? '' : `\n[${PENDING}]\n${formatValues(conf.pending)}`;
  return `${comment.map((line) => `#${encode(line)}\n`).join('')}${formatValues(values)}${pending}`;
}

function formatValues(values: Readonly<Record<string, string>>): string {
  return Object.keys(values)
    .sort()
    .map((key) => `${key}: ${key === 'description' ? encode(values[key] ?? '') : values[key]}\n`)
    .join('');
}

/** As PVE::Tools::encode_text: control characters, `%`, `:` and everything beyond ASCII. */
export function encode(text: string): string {
  return text.replace(/[^ -~]|[%:]/gu, (character) =>
    [...Buffer.from(character, 'utf8')]
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
  );
}

export function decode(text: string): string {
  const bytes = text.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, /[\u0100-\uffff]/.test(bytes) ? 'utf8' : 'latin1').toString('utf8');
}
