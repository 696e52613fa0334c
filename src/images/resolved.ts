/** What is asked of the publisher, and the answer: address, checksum, and what was verified. */
import type { ChecksumAlgorithm } from './checksums.ts';
import type { Fetch } from './edges.ts';
import type { Arch, DiskFormat, IgnitionTransport } from './entry.ts';

export interface ResolveOptions {
  arch: Arch;
  /** How Ignition is to reach the guest; only for Flatcar. */
  transport?: IgnitionTransport;
  /** A version; the current one if absent. */
  version?: string;
  fetch: Fetch;
  /** Armored public keys that are trusted instead of the pinned ones. */
  keys?: readonly string[];
  signal?: AbortSignal;
}

export interface ResolvedImage {
  id: string;
  title: string;
  /** Unknown where the publisher keeps only "latest". */
  version?: string;
  arch: Arch;
  url: string;
  /** Name on the node: of one version only, and with an ending that imports accept. */
  fileName: string;
  format: DiskFormat;
  checksum: { algorithm: ChecksumAlgorithm; value: string };
  verifiedBy: VerifiedBy;
  /** Who gets the SSH keys; unknown for a url of the user's. */
  user?: string;
  ignition?: {
    /** How this image takes Ignition. */
    transport: IgnitionTransport;
    /** Config versions it reads, oldest first. */
    specs: string[];
    /** What this version is published for. */
    transports: IgnitionTransport[];
    /** Whether Ignition is also read from cloud-init's vendor-data. */
    vendorData: boolean;
  };
  /** In the image's kernel: yes, no, only since a later version; absent if not known. */
  virtiofs?: boolean | { since: string };
  plan9?: boolean | { since: string };
  /** QEMU guest agent in the image; absent if not known. */
  agent?: boolean | { since: string };
  /** Bytes, where the publisher says so. */
  size?: number;
}

export type VerifiedBy =
  /** The publisher's signature over the checksum; the fingerprint is of the primary key. */
  | { kind: 'signature'; fingerprint: string }
  /** The checksum came over HTTPS from the publisher, unsigned; `why` says why. */
  | { kind: 'https'; why?: string }
  /** The user gave the checksum. */
  | { kind: 'answers' };
