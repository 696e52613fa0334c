import * as fs from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { bytesFromText } from '../../src/butane/byte-text.ts';
import { type CompileResult, compile } from '../../src/butane/compile.ts';
import { realFilesDir } from '../../src/butane/real-files.ts';

export interface CaseOptions {
  strict?: boolean;
  pretty?: boolean;
  /** The source came from standard input. */
  stdin?: boolean;
}

/** Compiles a case's `input.bu`, with its `files/` if there are any, once for each form of report. */
export function compileCase(
  folder: string,
  options: CaseOptions = {},
): { pretty: CompileResult; classic: CompileResult } {
  const source = fs.readFileSync(path.join(folder, 'input.bu'));
  const filesDir = fs.existsSync(path.join(folder, 'files')) ? realFilesDir('files', folder) : undefined;
  const common = {
    strict: options.strict ?? false,
    pretty: options.pretty ?? true,
    fileName: options.stdin ? '<stdin>' : 'input.bu',
    ...(filesDir && { filesDir }),
  };
  return { pretty: compile(source, common), classic: compile(source, { ...common, rawErrors: true }) };
}

export function readIfThere(file: string): string {
  return fs.existsSync(file) ? fs.readFileSync(file, 'latin1') : '';
}

/** The bytes of a text, one character each, for comparing with files. */
export function latin1(text: string): string {
  return Buffer.from(bytesFromText(text)).toString('latin1');
}

/** Ignition JSON with what is in gzip payloads instead of the payloads: compressors differ in their bytes. */
export function withoutGzipBytes(json: string): string {
  if (json === '') return '';
  return JSON.stringify(JSON.parse(Buffer.from(json, 'latin1').toString()), (_, value) => {
    const packed = value?.compression === 'gzip' ? /^data:;base64,(H4sI.*)$/.exec(value.source) : null;
    return packed
      ? { ...value, source: gunzipSync(Buffer.from(packed[1]!, 'base64')).toString('latin1') }
      : value;
  });
}
