/**
 * One file of the catalogue: where a publisher keeps an image, how it is signed, and what the guest can do.
 *
 * Templates may hold `{arch}` (the publisher's word for it), `{version}` and, in `checksums` and
 * `signature`, `{image}` (the image's URL) and `{folder}` (the same up to its last slash).
 */
import { z } from 'zod';

export type Arch = 'amd64' | 'arm64';
export type IgnitionTransport = 'cloud-init' | 'fw_cfg';
export type DiskFormat = 'qcow2' | 'raw' | 'vmdk' | 'ova';

const httpsUrl = z.string().regex(/^https:\/\/[^\s]+$/, 'must be an https:// URL');
const derivedUrl = z
  .string()
  .regex(/^(\{image\}|\{folder\}|https:\/\/)[^\s]*$/, 'must begin with {image}, {folder} or https://');
const versionNumber = z.string().regex(/^\d+(\.\d+)*$/, 'must be a version such as "4152.2.0", in quotes');
/** Supported always, never, or from a version on. */
const support = z.union([z.boolean(), z.strictObject({ since: versionNumber })]);

const version = z
  .strictObject({
    /** A text file that names the current version as `KEY=value`. */
    url: httpsUrl.optional(),
    key: z.string().optional(),
    /** The publisher's images of this entry never change. */
    fixed: z.string().optional(),
    /** A folder that always holds the newest image; `pinned` is the template of the folder of one version. */
    latest: z.string().optional(),
    pinned: z.string().includes('{version}').optional(),
  })
  .refine(
    (value) => [value.url, value.fixed, value.latest].filter((given) => given !== undefined).length === 1,
    {
      error: 'needs exactly one of url, fixed and latest',
    },
  )
  .refine((value) => (value.url === undefined) === (value.key === undefined), {
    error: 'url and key belong together',
  });

const image = z.strictObject({
  url: httpsUrl,
  /** How Ignition reaches the guest with this image (Flatcar). */
  transport: z.enum(['cloud-init', 'fw_cfg']).optional(),
  /** Part of the name on the node, where an entry has several images. */
  label: z
    .string()
    .regex(/^[a-z0-9]+$/)
    .optional(),
  since: versionNumber.optional(),
});

const checksums = z.strictObject({
  url: derivedUrl,
  algorithm: z.enum(['sha256', 'sha512']),
  /** How the publisher writes it: `hash  file`, `SHA256 (file) = hash`, or blocks under `# SHA512 HASH`. */
  style: z.enum(['gnu', 'bsd', 'flatcar']),
});

const signature = z.strictObject({
  url: derivedUrl,
  kind: z.enum(['detached', 'clearsigned']),
  /** A file of assets/keys. */
  key: z.string().regex(/^[a-z0-9.-]+\.asc$/, 'must be the name of a file in assets/keys'),
  /** Of the primary key: subkeys come and go. */
  fingerprint: z.string().regex(/^[0-9A-F]{40}$/, 'must be the 40 upper-case hex digits of the primary key'),
});

const ignition = z.strictObject({
  specs: z.array(z.strictObject({ spec: versionNumber, since: versionNumber.optional() })).min(1),
  vendor_data: support.optional(),
});

const flags = z.strictObject({ amd64: support.optional(), arm64: support.optional() });

export const catalogueEntry = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9]+([.-][a-z0-9]+)*$/),
    title: z.string().min(1),
    kind: z.enum(['flatcar', 'cloud']),
    format: z.enum(['qcow2', 'raw', 'vmdk', 'ova']),
    /** Our name of an architecture → the publisher's. */
    arches: z.strictObject({ amd64: z.string().optional(), arm64: z.string().optional() }),
    version,
    images: z.array(image).min(1),
    checksums,
    signature: signature.optional(),
    /** Why nothing but the checksum, fetched over HTTPS, is verified. */
    unsigned: z.string().optional(),
    /** Who cloud-init or Ignition gives the SSH keys to. */
    user: z.string(),
    ignition: ignition.optional(),
    virtiofs: support.optional(),
    plan9: support.optional(),
    /** QEMU guest agent inside the image. */
    agent: flags.optional(),
    /** What the practice cluster says is current. */
    sandbox_version: z.string().optional(),
  })
  .refine((entry) => (entry.signature === undefined) !== (entry.unsigned === undefined), {
    error: 'needs either signature or, in unsigned, the reason why there is none',
  })
  .refine((entry) => (entry.kind === 'flatcar') === (entry.ignition !== undefined), {
    path: ['ignition'],
    error: 'belongs to kind flatcar, and is needed there',
  })
  .refine((entry) => entry.version.url === undefined || entry.sandbox_version !== undefined, {
    path: ['sandbox_version'],
    error: 'is needed where version has a url',
  });

export type CatalogueEntry = z.infer<typeof catalogueEntry>;
export type CatalogueImage = CatalogueEntry['images'][number];
export type Support = z.infer<typeof support>;
