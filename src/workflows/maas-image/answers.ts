import { z } from 'zod';
import { fileName } from '../../answers/fields.ts';
import { withRules } from '../../answers/rule.ts';
import { checkArchitecture, checkFiles, checkKeyring } from './rules.ts';

const url = z
  .string()
  .regex(/^https?:\/\/[^\s/]+(\/\S*)?$|^(?:file|copy):\/\S+$/)
  .meta({ wants: 'an address that begins with http:// or https://' });

const packageName = z
  .string()
  // apt takes a name that ends in a hyphen for one to remove.
  .regex(/^[a-z0-9][a-z0-9+.-]*[a-z0-9+.]$/)
  .meta({ wants: 'the name of a Debian package, such as htop' });

const fields = z.strictObject({
  engine: z
    .enum(['native', 'packer', 'docker'])
    .default('native')
    .meta({
      label: 'Engine',
      help: 'What puts the image together. All of them do the same, and end in the same packages.',
      details: {
        native: 'mmdebstrap here, as root; fastest',
        packer: 'in a virtual machine, needs KVM',
        docker: 'in a privileged container',
      },
      also: ['builder'],
    }),
  output: z
    .string()
    .regex(/^[^\0\r\n]+\.(tar\.gz|tgz)$/)
    .default('proxmox-ve-13-cloudimg.tar.gz')
    .meta({
      label: 'File',
      help: 'The tarball that MAAS takes. Its manifest and the log of the build lie beside it.',
      wants: 'a file name that ends in .tar.gz or .tgz',
      example: 'proxmox-ve-13-cloudimg.tar.gz',
      also: ['file', 'path'],
    }),
  release: z
    .enum(['trixie'])
    .default('trixie')
    .meta({
      label: 'Debian release',
      help: 'Proxmox VE 9 is built on Debian 13 (trixie).',
      ask: 'more',
      also: ['suite', 'distribution'],
    }),
  arch: z
    .enum(['amd64', 'arm64'])
    .default('amd64')
    .meta({
      label: 'Architecture',
      help: 'Proxmox VE is for amd64 alone; plain Debian can be arm64.',
      ask: 'more',
      also: ['architecture'],
    }),
  proxmox: z
    .union([z.enum(['no-subscription', 'enterprise', 'none']), url])
    .default('no-subscription')
    .meta({
      label: 'Proxmox VE',
      help: 'Where its packages come from; the address of a mirror of the repository is taken, too.',
      details: {
        'no-subscription': 'free for all',
        enterprise: 'needs a subscription',
        none: 'plain Debian',
      },
      wants: 'no-subscription, enterprise, none, or the address of a mirror',
      example: 'no-subscription',
      also: ['repository', 'repo', 'pve'],
    }),
  keyring: z
    .union([
      z.strictObject({ file: fileName }),
      z.strictObject({
        url,
        sha256: z
          .string()
          .regex(/^[0-9a-fA-F]{64}$/)
          .meta({ wants: '64 hexadecimal digits' }),
      }),
    ])
    .meta({
      label: 'Key of the repository',
      help: "Without it, Proxmox' own key is fetched, and must have the checksum that Proxmox publishes.",
      wants: 'a file, such as {file: mirror.gpg}, or {url: …, sha256: …}',
      ask: 'never',
      also: ['key', 'gpg'],
    })
    .optional(),
  mirror: url.default('http://deb.debian.org/debian').meta({
    label: 'Debian mirror',
    help: 'Where packages of Debian come from, now and on the nodes.',
    ask: 'more',
  }),
  security_mirror: url.default('http://deb.debian.org/debian-security').meta({
    label: 'Mirror of security updates',
    help: 'As the Debian mirror.',
    ask: 'more',
  }),
  debian_keyring: fileName.default('/usr/share/keyrings/debian-archive-keyring.gpg').meta({
    label: 'Key of Debian',
    help: 'A file of this machine; the package debian-archive-keyring has it.',
    ask: 'never',
  }),
  packages: z
    .array(packageName)
    .default([])
    .meta({
      label: 'Further packages',
      help: 'Installed beside what MAAS and Proxmox VE need.',
      wants: 'a list of packages, such as [htop, vim]',
      example: ['htop', 'vim'],
      ask: 'more',
      also: ['extra_packages', 'install'],
    }),
  files: z
    .array(
      z.strictObject({
        source: fileName.meta({ label: 'File of this machine' }),
        path: z
          .string()
          .regex(/^\/[^\0\r\n\t]+$/)
          .meta({
            label: 'Path in the image',
            wants: 'a path that begins with /',
            example: '/etc/motd',
            also: ['target', 'dest'],
          }),
        mode: z
          .string()
          .regex(/^[0-7]{3,4}$/)
          .default('0644')
          .meta({ label: 'Mode', wants: 'octal digits in quotes, such as "0644"', example: '0644' }),
      }),
    )
    .default([])
    .meta({ label: 'Files', help: 'Copied into the image.', ask: 'more', also: ['copy'] }),
  script: fileName
    .meta({
      label: 'Customise script',
      help: 'Runs inside the image as root, when all packages are there.',
      example: 'customise.sh',
      ask: 'more',
      also: ['customize', 'customise', 'customize_script', 'hook'],
    })
    .optional(),
  apt_proxy: url
    .meta({
      label: 'apt proxy',
      help: 'For the build alone; nodes get theirs from MAAS.',
      example: 'http://apt-cacher:3142',
      ask: 'more',
      also: ['proxy'],
    })
    .optional(),
  apt_auth_file: fileName
    .meta({
      label: 'apt credentials',
      help: 'A file as apt_auth.conf(5) has it, for the enterprise repository. It does not end up in the image.',
      ask: 'never',
    })
    .optional(),
  debug_user: z
    .strictObject({
      name: z
        .string()
        .regex(/^[a-z_][a-z0-9_-]{0,31}$/)
        .refine((name) => name !== 'root')
        .meta({ label: 'Name', wants: 'the name of a user other than root', example: 'debug' }),
      password_hash: z
        .string()
        .regex(/^\$(y|gy|7|6|5|2[aby])\$[^\s:]+$/)
        .meta({
          label: 'Hash of the password',
          help: 'As mkpasswd(1) prints it; the password itself is never asked for.',
          wants: 'a hash as mkpasswd prints it, which begins with $y$ or $6$',
        })
        .optional(),
      ssh_keys: z
        .array(
          z
            .string()
            .regex(/^(ssh-|ecdsa-|sk-)\S+ \S+/)
            .meta({ wants: 'a public key, such as ssh-ed25519 AAAA…' }),
        )
        .default([])
        .meta({ label: 'SSH keys' }),
    })
    .meta({
      label: 'Debug user',
      help: 'A user with sudo in every node, for looking into deployments that fail. Off by default.',
      ask: 'more',
    })
    .optional(),
  work_dir: fileName
    .meta({
      label: 'Work folder',
      help: 'Where the image is put together: 2 GB for plain Debian, 5 GB with Proxmox VE. Default: the temporary folder.',
      ask: 'never',
      also: ['tmp', 'tmpdir'],
    })
    .optional(),
});

/** The section `maas_image:`. */
export const maasImageAnswers = withRules(fields, [
  { reads: ['arch', 'proxmox'], check: checkArchitecture },
  { reads: ['proxmox', 'keyring'], check: checkKeyring },
  { reads: ['files.*.path'], check: checkFiles },
]).meta({ label: 'MAAS image', summary: ({ output }) => String(output ?? 'image') });

export type MaasImageAnswers = z.output<typeof maasImageAnswers>;
