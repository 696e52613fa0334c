import { defineCheck } from '../../check.ts';
import { info, pass } from '../../verdict.ts';

/** Debian's ovmf (12, 13), Proxmox VE's own, Fedora's. */
const FILES = [
  '/usr/share/OVMF/OVMF_CODE_4M.fd',
  '/usr/share/OVMF/OVMF_CODE.fd',
  '/usr/share/pve-edk2-firmware/OVMF_CODE_4M.fd',
  '/usr/share/edk2/ovmf/OVMF_CODE.fd',
];

export const imageOvmf = defineCheck({
  id: 'IMG-OVMF',
  group: 'image building',
  title: 'UEFI firmware for a trial boot',
  looksAt: FILES.join(', '),
  why: 'A built image is started as a UEFI machine, as MAAS would, to see that it comes up.',
  needs: 'local',
  scope: 'cluster',
  for: ['maas_image'],
  read: async (look) =>
    (
      await Promise.all(
        FILES.map(async (file) => ({ file, there: (await look.command('test', '-f', file)).exitCode === 0 })),
      )
    ).filter(({ there }) => there),
  judge([first]) {
    return first
      ? pass(first.file)
      : info('there is no UEFI firmware for a trial boot', {
          text: 'install it',
          command: 'apt-get install -y ovmf',
        });
  },
});
