/** How publishers are reached: one edge for small texts, one for images. Both follow redirects. */

export interface FetchOptions {
  signal?: AbortSignal;
  /** Value of the Range header, such as `bytes=100-`. */
  range?: string;
}

export interface Fetched {
  status: number;
  body: Buffer;
  /** By lower-case name. */
  headers: Readonly<Record<string, string>>;
}

/** Small files: version texts, checksum files, signatures. */
export type Fetch = (url: string, options?: FetchOptions) => Promise<Fetched>;

/** An image, in pieces. */
export type FetchStream = (
  url: string,
  options?: FetchOptions,
) => Promise<{ status: number; headers: Readonly<Record<string, string>>; body: AsyncIterable<Uint8Array> }>;
