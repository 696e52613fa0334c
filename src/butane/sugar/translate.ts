import { bytesFromText, textFromBytes } from '../byte-text.ts';
import { FileProblem, type FilesDir } from '../files-dir.ts';
import { joinPath } from '../go/path.ts';
import { Origins } from '../origins.ts';
import type { Findings, Path } from '../report.ts';
import type { Shape, StructShape } from '../schema/shape.ts';
import { type Struct, textOf, textOrEmpty, textsOf, type Value } from '../schema/value.ts';
import type { Variant } from '../schema/variants.ts';
import { SENTENCES } from '../sentences.ts';
import { encodeContent, escapedUrl } from './content.ts';

/** A Butane config on its way to Ignition. */
export interface Translation {
  config: Struct;
  origins: Origins;
}

/** What sugar is translated from and with. */
export interface SugarJob extends TranslateOptions {
  variant: Variant;
  source: Struct;
}

export interface TranslateOptions {
  filesDir: FilesDir | undefined;
  findings: Findings;
}

/** Copies what Ignition knows too and puts content in place of what names it (inline, local files, keys). */
export function translateFields({ variant, source, filesDir, findings }: SugarJob): Translation {
  const origins = new Origins();
  const config = translate(variant.root, source, { filesDir, findings, origins, from: [], to: [] });
  return { config, origins };
}

/** Reads a file that a config names; the finding stands at `at`. Undefined if it cannot be had. */
export function readLocal(path: string, at: Path, options: TranslateOptions): Uint8Array | undefined {
  const { filesDir, findings } = options;
  if (!filesDir) {
    findings.error(at, SENTENCES.noFilesDir);
    return undefined;
  }
  const full = joinPath(filesDir.name, path);
  if (!filesDir.contains(full)) {
    findings.error(at, SENTENCES.filesDirEscape);
    return undefined;
  }
  try {
    return filesDir.read(full);
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    findings.error(at, error.message);
    return undefined;
  }
}

/** The struct that is being translated. The paths grow and shrink with the walk; copy them to keep them. */
interface Place extends TranslateOptions {
  origins: Origins;
  /** The struct's path in the Butane config. */
  from: (string | number)[];
  /** The struct's path in the Ignition config. */
  to: (string | number)[];
}

function translate(shape: StructShape, source: Struct, place: Place): Struct {
  const out: Struct = {};
  for (const field of shape.fields) {
    const value = source[field.name];
    if (field.sugar || value === undefined) continue;
    place.from.push(field.yaml);
    place.to.push(field.name);
    out[field.name] = translateValue(field.shape, value, place);
    place.from.pop();
    place.to.pop();
  }
  const sugar = SUGAR.get(shape.name);
  sugar?.(source, out, place);
  return out;
}

function translateValue(shape: Shape, value: Value, place: Place): Value {
  if (shape.kind === 'struct') return translate(shape, value as Struct, place);
  if (shape.kind !== 'list' || shape.item.kind !== 'struct') return value;
  const items: Struct[] = [];
  for (const [i, item] of (value as Struct[]).entries()) {
    place.from.push(i);
    place.to.push(i);
    items.push(translate(shape.item, item, place));
    place.from.pop();
    place.to.pop();
  }
  return items;
}

type Sugar = (source: Struct, out: Struct, place: Place) => void;

const SUGAR: ReadonlyMap<string, Sugar> = new Map([
  ['Resource', translateResource],
  ['FileContents', translateUncompressed],
  ['PasswdUser', translateKeys],
  ['Unit', translateContents],
  ['Dropin', translateContents],
]);

function translateResource(source: Struct, out: Struct, place: Place): void {
  const put = (content: Uint8Array, name: string) => {
    const { source: url, compression } = encodeContent(content, textOf(out, 'compression'));
    out.source = url;
    place.origins.set([...place.to, 'source'], [...place.from, name]);
    if (compression === undefined) return;
    out.compression = compression;
    place.origins.set([...place.to, 'compression'], [...place.from, name]);
  };
  const local = textOf(source, 'local');
  if (local !== undefined) {
    const content = readLocal(local, [...place.from, 'local'], place);
    if (!content) return;
    put(content, 'local');
  }
  const inline = textOf(source, 'inline');
  if (inline !== undefined) put(bytesFromText(inline), 'inline');
}

/** Before base 2 content was only escaped, never compressed. */
function translateUncompressed(source: Struct, out: Struct, place: Place): void {
  const inline = textOf(source, 'inline');
  if (inline === undefined) return;
  out.source = escapedUrl(bytesFromText(inline));
  place.origins.set([...place.to, 'source'], [...place.from, 'inline']);
}

function translateKeys(source: Struct, out: Struct, place: Place): void {
  const files = textsOf(source, 'sshAuthorizedKeysLocal');
  if (files.length === 0) return;
  const from = [...place.from, 'ssh_authorized_keys_local'];
  const to = [...place.to, 'sshAuthorizedKeys'];
  place.origins.set(to, from);
  if (!place.filesDir) {
    place.findings.error(from, SENTENCES.noFilesDir);
    return;
  }
  const keys = [...textsOf(source, 'sshAuthorizedKeys')];
  for (const [i, file] of files.entries()) {
    const content = readLocal(file, [...from, i], place);
    for (const line of content ? textFromBytes(content).split(/\r?\n/) : []) {
      if (line === '') continue;
      place.origins.set([...to, keys.length], [...from, i]);
      keys.push(line);
    }
  }
  if (keys.length > 0) out.sshAuthorizedKeys = keys;
}

function translateContents(source: Struct, out: Struct, place: Place): void {
  const file = textOrEmpty(source, 'contentsLocal');
  if (file === '') return;
  const from = [...place.from, 'contents_local'];
  const content = readLocal(file, from, place);
  if (!content) return;
  place.origins.set([...place.to, 'contents'], from);
  out.contents = textFromBytes(content);
}
