import { gzipSync } from 'node:zlib';

export interface TarFile {
  /** Relative, with `/`. At most 100 bytes. */
  name: string;
  content: string;
}

/** A gzipped tar (POSIX.1-1988 ustar) of small texts, all of root and mode 0600, made at `time` (Unix seconds). */
export function tarGz(files: readonly TarFile[], time: number): Buffer {
  const parts = files.flatMap(({ name, content }) => {
    const body = Buffer.from(content, 'utf8');
    return [header(name, body.length, time), body, Buffer.alloc((BLOCK - (body.length % BLOCK)) % BLOCK)];
  });
  // Two empty blocks are the end.
  return gzipSync(Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]));
}

const BLOCK = 512;

function header(name: string, size: number, time: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`;
  if (Buffer.byteLength(name) > 100) throw new RangeError(`${name} is too long a name for a tar`);
  block.write(name, 0);
  block.write(octal(0o600, 7), 100);
  block.write(octal(0, 7), 108);
  block.write(octal(0, 7), 116);
  block.write(octal(size, 11), 124);
  block.write(octal(time, 11), 136);
  block.write('        ', 148);
  block.write('0', 156);
  block.write('ustar\x0000', 257);
  block.write('root', 265);
  block.write('root', 297);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
