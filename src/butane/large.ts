import { gzipSync } from 'node:zlib';
import type { Issue } from '../errors.ts';
import { byteLength, bytesFromText } from './byte-text.ts';

/** How a config gets into the guest. */
export type IgnitionTransport = 'cloud-init' | 'fw_cfg';

/**
 * Bytes above which a config is wrapped: a guest reads fw_cfg in time that grows with the square of the size
 * (256 KB 0.4 s, 1 MB 5 s under TCG, QEMU 7.2), and snippets have 1 MiB.
 */
const WRAP_ABOVE = 200_000;

/** Bytes that a transport takes. A snippet has 1 MiB; more than that through fw_cfg takes a guest minutes. */
const TRANSPORT_LIMITS: Readonly<Record<IgnitionTransport, number>> = {
  'cloud-init': 1024 * 1024,
  fw_cfg: 1024 * 1024,
};

export interface FittedConfig {
  /** Ignition JSON with its final line break. */
  output: string;
  /** The config is packed into `ignition.config.replace`. */
  wrapped: boolean;
  /** Set when it is still too large for the transport. */
  issue?: Issue;
}

/** Makes a compiled config (its output, value and Ignition version) fit a transport. */
export function fitTransport(
  config: { output: string; ignition: unknown; spec: string },
  options: { transport: IgnitionTransport; file?: string },
): FittedConfig {
  if (byteLength(config.output) <= WRAP_ABOVE) return { output: config.output, wrapped: false };
  const output = wrap(config.output, config.spec);
  const size = byteLength(output);
  const limit = TRANSPORT_LIMITS[options.transport];
  if (size <= limit) return { output, wrapped: true };
  const issue: Issue = {
    message: tooLarge({ size, limit, ...options }, largestFiles(config.ignition)),
    severity: 'error',
    ...(options.file !== undefined && { file: options.file }),
  };
  return { output, wrapped: true, issue };
}

function wrap(output: string, spec: string): string {
  const source = `data:;base64,${gzipSync(bytesFromText(output), { level: 9 }).toString('base64')}`;
  const config = { replace: { compression: 'gzip', source } };
  return `${JSON.stringify({ ignition: { config, version: spec } })}\n`;
}

function tooLarge(
  { size, limit, transport }: { size: number; limit: number; transport: IgnitionTransport },
  files: readonly { path: string; size: number }[],
): string {
  const list = files.map(({ path, size: bytes }) => `${path} (${kibibytes(bytes)})`).join(', ');
  const largest = list === '' ? '' : `; its largest files are ${list}`;
  return (
    `Ignition config is ${kibibytes(size)} even when packed, ${transport} takes ${kibibytes(limit)}${largest}; ` +
    'put them behind a URL (source:) or into the image'
  );
}

function kibibytes(bytes: number): string {
  return `${Math.ceil(bytes / 1024)} KiB`;
}

// Enough to see what it is that makes a config large.
const SHOWN = 3;

/** The files with the most content in the config, by the size of what is embedded. */
function largestFiles(ignition: unknown): { path: string; size: number }[] {
  const files = (ignition as { storage?: { files?: unknown } } | null)?.storage?.files;
  if (!Array.isArray(files)) return [];
  return (files as { path?: unknown; contents?: unknown; append?: unknown }[])
    .map((file) => {
      const parts = [file.contents, ...(Array.isArray(file.append) ? file.append : [])];
      const size = parts.reduce<number>((sum, part) => sum + embeddedSize(part), 0);
      return { path: String(file.path), size };
    })
    .filter(({ size }) => size > 0)
    .sort((a, b) => b.size - a.size)
    .slice(0, SHOWN);
}

function embeddedSize(resource: unknown): number {
  const source = (resource as { source?: unknown } | null | undefined)?.source;
  return typeof source === 'string' && source.startsWith('data:') ? source.length : 0;
}
