import type { ImageContents } from '../image-contents.ts';
import { type Check, fail, pass } from './finding.ts';

/** What must be different on each node, or known to nobody. */
export const secretChecks: readonly Check[] = [
  {
    id: 'host-keys',
    title: 'No keys of a host',
    run(image) {
      const left = [...image.entries.keys()].filter((path) =>
        /^(etc\/ssh\/ssh_host_.*|etc\/ssl\/private\/ssl-cert-snakeoil\.key|etc\/pve\/.*\.key|var\/lib\/pve-cluster\/config\.db.*)$/.test(
          path,
        ),
      );
      return left.length === 0
        ? pass('none')
        : fail(`left over: ${left.join(', ')}`, 'remove them: all nodes would have the same keys');
    },
  },
  {
    id: 'machine-id',
    title: 'Empty machine-id',
    run(image) {
      const entry = image.entries.get('etc/machine-id');
      if (!entry) {
        return fail(
          '/etc/machine-id is missing',
          'make it an empty file: each node then gets its own (machine-id(5))',
        );
      }
      const text = image.text('etc/machine-id') ?? '';
      return entry.type === 'file' && (text === '' || text.trim() === 'uninitialized')
        ? pass('empty')
        : fail('/etc/machine-id is not empty', 'empty it: all nodes would have the same identity');
    },
  },
  {
    id: 'root-access',
    title: 'No way in as root',
    run(image) {
      const keys = [...image.entries.keys()].filter((path) =>
        /^root\/\.ssh\/(authorized_keys\d?|id_.*)$/.test(path),
      );
      if (keys.length > 0)
        return fail(`root has SSH keys: ${keys.join(', ')}`, 'remove them; MAAS gives each node its keys');
      const shadow = /^root:([^:]*):/m.exec(image.text('etc/shadow') ?? '')?.[1];
      if (shadow === undefined)
        return fail('root is not in /etc/shadow', 'the image has no working user database');
      return /^[*!]/.test(shadow)
        ? pass('root has neither keys nor a password')
        : fail(
            `root has ${shadow === '' ? 'an empty' : 'a'} password`,
            'lock it in the image: passwd -l root',
          );
    },
  },
  {
    id: 'traces',
    title: 'No traces of the build',
    run(image) {
      const left = TRACES.filter((path) => image.entries.has(path));
      return left.length === 0
        ? pass('none')
        : fail(`left over: ${left.join(', ')}`, 'remove them: they were for the build alone');
    },
  },
  {
    id: 'paths',
    title: 'Paths stay inside',
    run(image) {
      const outside = escaping(image);
      return outside.length === 0
        ? pass(`${image.entries.size} entries`)
        : fail(`these lead out of the root: ${outside.slice(0, 3).join(', ')}`, 'do not use this tarball');
    },
  },
];

const TRACES = [
  'proxmox_install_mode',
  'etc/network/interfaces.new',
  'usr/sbin/policy-rc.d',
  'etc/dpkg/dpkg.cfg.d/99mmdebstrap',
  'etc/apt/apt.conf.d/99mmdebstrap',
  'usr/sbin/start-stop-daemon.REAL',
  'sbin/start-stop-daemon.REAL',
  'usr/sbin/update-initramfs.real',
  'usr/sbin/update-grub.real',
  'var/lib/cloud/instance',
];

function escaping({ entries }: ImageContents): string[] {
  const leads = (path: string): boolean => path.split('/').includes('..');
  const throughLink = (path: string): boolean => {
    for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1))
      if (entries.get(path.slice(0, at))?.type === 'symlink') return true;
    return false;
  };
  return [...entries.values()]
    .filter(
      ({ path, type, link }) => leads(path) || (type === 'hardlink' && leads(link)) || throughLink(path),
    )
    .map(({ path }) => path);
}
