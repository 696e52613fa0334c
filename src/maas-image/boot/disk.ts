import { copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { RunError } from '../../errors.ts';
import type { ImageEdges } from '../edges.ts';
import { networkOf } from '../network.ts';
import { runCommand } from '../run-command.ts';
import { grubConfig, MACHINE, maasConfig, type QemuFiles, seedFiles } from './machine.ts';

/** Firmware as distributions install it, the package `ovmf`. */
const FIRMWARE = [
  ['/usr/share/OVMF/OVMF_CODE_4M.fd', '/usr/share/OVMF/OVMF_VARS_4M.fd'],
  ['/usr/share/OVMF/OVMF_CODE.fd', '/usr/share/OVMF/OVMF_VARS.fd'],
  ['/usr/share/pve-edk2-firmware/OVMF_CODE_4M.fd', '/usr/share/pve-edk2-firmware/OVMF_VARS_4M.fd'],
] as const;

/**
 * Does what a deployment does: unpacks the tarball as curtin does, gives it the network by our own hook, and puts it
 * on a disk. Throws RunError. Needs root, since files keep their owners.
 */
export async function makeDisk(
  image: string,
  { work, publicKey }: { work: string; publicKey: string },
  edges: ImageEdges,
): Promise<QemuFiles> {
  const root = join(work, 'root');
  await mkdir(root);
  await must(
    [
      'tar',
      '--xattrs',
      '--xattrs-include=*',
      '-Sxpf',
      resolve(edges.cwd, image),
      '--numeric-owner',
      '-C',
      root,
    ],
    { edges, failing: 'the image cannot be unpacked', where: image },
  );
  const version = await kernelOf(root, image);
  const esp = await bootLoader(root, { work, image, version });
  await deploy(root, work, edges);
  const disk = join(work, 'disk.img');
  await must(['mke2fs', '-q', '-t', 'ext4', '-L', MACHINE.label, '-d', root, disk, '6G'], {
    edges,
    failing: 'the disk cannot be made',
    where: disk,
  });
  await rm(root, { recursive: true, force: true });
  const seed = join(work, 'seed');
  await mkdir(seed);
  for (const [name, text] of seedFiles(publicKey)) await writeFile(join(seed, name), text);
  return {
    ...(await firmware(work)),
    disk,
    seed,
    esp,
    serial: join(work, 'serial.log'),
  };
}

async function deploy(root: string, work: string, edges: ImageEdges): Promise<void> {
  const config = join(work, 'maas.json');
  await writeFile(config, maasConfig());
  const { interfaces, links, nameservers } = await networkOf(config, edges);
  const put = async (path: string, text: string): Promise<void> => {
    await mkdir(join(root, path, '..'), { recursive: true });
    // A link would lead out of the root.
    await rm(join(root, path), { force: true });
    await writeFile(join(root, path), text);
  };
  await put('etc/network/interfaces', interfaces);
  await put('etc/resolv.conf', nameservers.map((server) => `nameserver ${server}\n`).join(''));
  for (const { mac, name } of links) {
    await put(
      `usr/local/lib/systemd/network/50-pmx-${name}.link`,
      `[Match]\nMACAddress=${mac}\nType=ether\n\n[Link]\nName=${name}\n`,
    );
  }
  await mkdir(join(root, 'etc/iproute2/rt_tables.d'), { recursive: true });
  await put('etc/fstab', `LABEL=${MACHINE.label} / ext4 defaults 0 1\n`);
  await rm(join(root, 'curtin'), { recursive: true, force: true });
}

/** Where the signed packages have their files, and where UEFI (removable media) and Debian's GRUB look for them. */
const LOADERS = [
  ['usr/lib/shim/shimx64.efi.signed', 'EFI/BOOT/BOOTX64.EFI'],
  ['usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed', 'EFI/BOOT/grubx64.efi'],
] as const;

async function bootLoader(
  root: string,
  { work, image, version }: { work: string; image: string; version: string },
): Promise<string> {
  const esp = join(work, 'esp');
  await mkdir(join(esp, 'EFI/BOOT'), { recursive: true });
  await mkdir(join(esp, 'EFI/debian'), { recursive: true });
  for (const [from, to] of LOADERS) {
    await copyFile(join(root, from), join(esp, to)).catch((cause: Error) => {
      throw new RunError(`the image cannot start by UEFI: it has no /${from}`, {
        where: image,
        fix: 'install shim-signed and grub-efi-amd64-signed in it',
        cause,
      });
    });
  }
  await writeFile(join(esp, 'EFI/debian/grub.cfg'), grubConfig(version));
  return esp;
}

/** The newest kernel of /boot. */
async function kernelOf(root: string, image: string): Promise<string> {
  const names = await readdir(join(root, 'boot')).catch(() => []);
  const versions = names
    .flatMap((name) => /^vmlinuz-(.+)$/.exec(name)?.[1] ?? [])
    .sort((one, other) => one.localeCompare(other, 'en', { numeric: true }));
  const newest = versions.at(-1);
  if (newest === undefined) throw new RunError('the image has no kernel in /boot', { where: image });
  return newest;
}

async function firmware(work: string): Promise<Pick<QemuFiles, 'firmware' | 'firmwareVariables'>> {
  const firmwareVariables = join(work, 'variables.fd');
  for (const [code, variables] of FIRMWARE) {
    try {
      await copyFile(variables, firmwareVariables);
      return { firmware: code, firmwareVariables };
    } catch {
      // The next place.
    }
  }
  throw new RunError('UEFI firmware for QEMU is not installed', { fix: 'apt-get install ovmf' });
}

async function must(
  argv: readonly string[],
  { edges, failing, where }: { edges: ImageEdges; failing: string; where: string },
): Promise<void> {
  const { exitCode, stderr } = await runCommand(edges, argv);
  if (exitCode === 0) return;
  const why = stderr.trim().split('\n').slice(-3).join('; ');
  throw new RunError(failing, { where, why: why || `${argv[0]} ended with exit code ${exitCode}` });
}
