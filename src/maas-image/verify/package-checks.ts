import type { ImageContents } from '../image-contents.ts';
import { BOOT_AMD64, BOOT_ARM64, FOR_CURTIN } from '../packages.ts';
import { type Check, fail, hasProxmoxIn, pass } from './finding.ts';

/** What has to be installed, and what must not be. */
export const packageChecks: readonly Check[] = [
  {
    id: 'packages',
    title: 'Packages that MAAS needs',
    run(image) {
      const boot = image.packages.has('grub-efi-arm64') ? BOOT_ARM64 : BOOT_AMD64;
      const wanted = [...FOR_CURTIN, ...boot, 'openssh-server', 'ifupdown2', ...proxmox(image)];
      const missing = wanted.filter((name) => !image.packages.has(name));
      return missing.length === 0
        ? pass(`${image.packages.size} packages, all that are needed among them`)
        : fail(
            `not installed: ${missing.join(', ')}`,
            'add them to the image: without them curtin asks the network at each deployment, and may fail',
          );
    },
  },
  {
    id: 'ifupdown',
    title: 'No ifupdown',
    run: ({ packages }) =>
      packages.has('ifupdown')
        ? fail('ifupdown is installed', 'leave it out: Proxmox VE needs ifupdown2, and the two conflict')
        : pass('ifupdown is not installed'),
  },
  {
    id: 'kernel',
    title: 'Kernel',
    run(image) {
      const kernels = kernelsOf(image);
      if (kernels.length === 0) return fail('there is no kernel in /boot', 'add a kernel package');
      const bare = kernels.filter((version) => !image.entries.has(`boot/initrd.img-${version}`));
      const debian = [...image.packages.keys()].filter((name) => /^linux-image-\d/.test(name));
      if (hasProxmoxIn(image) && debian.length > 0) {
        return fail(
          `Debian's kernel is in it beside Proxmox': ${debian.join(', ')}`,
          'remove these packages',
        );
      }
      const modules = bare.filter((version) => hasModules(image, version));
      if (modules.length > 0) {
        return fail(`no initramfs for ${modules.join(', ')}`, 'run update-initramfs -c -k all in the image');
      }
      return pass(kernels.join(', '));
    },
  },
];

function proxmox(image: ImageContents): string[] {
  return hasProxmoxIn(image) ? ['proxmox-ve', 'pve-manager', 'proxmox-default-kernel'] : [];
}

function kernelsOf({ entries }: ImageContents): string[] {
  return [...entries.keys()].flatMap((path) => /^boot\/vmlinuz-(.+)$/.exec(path)?.[1] ?? []).sort();
}

function hasModules({ entries }: ImageContents, version: string): boolean {
  return entries.has(`usr/lib/modules/${version}`) || entries.has(`lib/modules/${version}`);
}
