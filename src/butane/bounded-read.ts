import { open } from 'node:fs/promises';
import { LARGEST_CONFIG } from './compile.ts';

/**
 * Reads a config's file, or as much of it as shows that it is too large: a device or a pipe may have no end.
 * Throws the system's error.
 */
export async function readConfigFile(path: string): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    return await readConfigStream(file.createReadStream({ autoClose: false }));
  } finally {
    await file.close();
  }
}

/** The same for a stream such as standard input. */
export async function readConfigStream(stream: AsyncIterable<Uint8Array | string>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes = typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk;
    chunks.push(bytes);
    size += bytes.length;
    if (size > LARGEST_CONFIG) break;
  }
  return Buffer.concat(chunks);
}
