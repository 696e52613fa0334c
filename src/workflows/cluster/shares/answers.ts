import { z } from 'zod';
import { escapedPath } from './mount-unit.ts';

/** QEMU and the guest find a share by its tag; a mapping's id in PVE is the same text. */
const tag = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{1,30}$/)
  .meta({
    label: 'Tag',
    help: 'The name under which the guest finds the share.',
    wants: 'a name of 2 to 31 letters, digits, _ and -, such as data',
    example: 'data',
    also: ['name', 'mount_tag'],
  });

const mount = z
  .string()
  .regex(/^\/[^\0\r\n]+$/)
  .refine(isMountPoint)
  .meta({
    label: 'Mounted at',
    help: 'Where the guest mounts it; a mount unit is added to its config. Without it, nothing is mounted.',
    wants:
      'a folder in the guest, such as /var/lib/data: no "." or ".." in it, no blank or \\ at its end, not below /usr',
    example: '/var/lib/data',
    also: ['mountpoint', 'mount_point', 'target'],
  })
  .optional();

/**
 * What systemd takes as Where= of a unit with that name: it normalises nothing, cuts blanks off at the end, and
 * reads on where a line ends with a backslash. File names have 255 bytes; /usr of Flatcar cannot be written to.
 */
function isMountPoint(folder: string): boolean {
  const parts = folder.split('/').filter((part) => part !== '');
  if (parts.length === 0 || parts[0] === 'usr' || parts.some((part) => part === '.' || part === '..'))
    return false;
  return !/[\s\\]$/.test(folder) && escapedPath(folder).length + '.mount'.length <= 255;
}

/** A folder of the node that guests reach by virtiofs. */
export const virtiofsAnswers = z
  .strictObject({
    path: z
      .string()
      .regex(/^\/[^\0\r\n]+$/)
      .meta({
        label: 'Folder on the node',
        help: 'The same on every node that may run the guest.',
        wants: 'an absolute path, such as /srv/data',
        example: '/srv/data',
        also: ['dirid', 'source'],
      }),
    tag,
    cache: z.enum(['auto', 'always', 'metadata', 'never']).default('auto').meta({
      label: 'Cache',
      help: 'never: every guest sees changes of others at once; always: the fastest, for one guest alone.',
    }),
    direct_io: z
      .boolean()
      .default(false)
      .meta({
        label: 'Direct I/O',
        help: 'Honours O_DIRECT of programs in the guest.',
        ask: 'more',
        also: ['direct-io'],
      }),
    mount,
  })
  .meta({ label: 'virtiofs share', summary: shareText });

/** `/srv/data as data`; the wizard shows it while it is still being filled in. */
function shareText({ path, tag: name }: Readonly<Record<string, unknown>>): string {
  return name === undefined ? String(path ?? '') : `${path ?? 'a folder'} as ${name}`;
}

/** Each is a PCI device: QEMU has 26 slots for them on a bare bus, of which Proxmox VE's own devices take up to ten. */
export const MOST_PLAN9 = 16;

/** A folder of the node that guests reach by 9p: slower, on every kernel, and only root@pam may set it. */
export const plan9Answers = z
  .strictObject({
    path: z
      .string()
      .regex(/^\/[\x20-\x7e]+$/)
      .meta({
        label: 'Folder on the node',
        help: 'The same on every node that may run the guest.',
        wants: 'an absolute path in ASCII, such as /srv/media',
        example: '/srv/media',
        also: ['dirid', 'source'],
      }),
    tag,
    security_model: z
      .enum(['mapped-xattr', 'mapped-file', 'passthrough', 'none'])
      .default('mapped-xattr')
      .meta({
        label: 'Owners and modes',
        help: 'mapped-xattr: kept beside the files, so that no guest acts as root on the node. passthrough: as they are.',
      }),
    multidevs: z.enum(['remap', 'forbid', 'warn']).default('remap').meta({
      label: 'Several file systems',
      help: 'What happens when other file systems are mounted below the folder; remap keeps files apart.',
      ask: 'more',
    }),
    readonly: z
      .boolean()
      .default(false)
      .meta({ label: 'Read-only', help: 'The guest cannot write.', also: ['read_only', 'ro'] }),
    mount,
  })
  .meta({ label: '9p share', summary: shareText });
