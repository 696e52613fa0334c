import { defineCheck, type Verdict } from '../../check.ts';
import { Garbled } from '../../look.ts';
import { jsonOf, type Row, rowsOf, textAt } from '../../understand.ts';
import { count, listed, orPass, skip, warn } from '../../verdict.ts';

export const maasEfiBoot = defineCheck({
  id: 'MAAS-EFI-BOOT',
  group: 'maas',
  title: 'Deployed machines boot what was installed',
  looksAt: 'GET /MAAS/api/2.0/machines/, those with an image of Proxmox VE',
  why: 'Where the firmware does not take the boot loader, a machine that was installed well stands in the EFI shell or at the network again, and all that MAAS says after 40 minutes is "timed out".',
  needs: 'maas',
  scope: 'cluster',
  for: ['maas'],
  gate: 'tells',
  url: 'https://pve.proxmox.com/wiki/Secure_Boot_Setup',
  read: (look) => look.maas('machines/'),
  judge({ status, body }) {
    if (status === 401 || status === 403) return skip('needs a valid API key');
    if (status !== 200) throw new Garbled('MAAS', body);
    const ours = rowsOf(jsonOf(body, 'MAAS'), 'MAAS').filter((row) =>
      /proxmox/i.test(`${textAt(row, 'distro_series')} ${textAt(row, 'osystem')}`),
    );
    if (ours.length === 0) return skip('no machine has an image of Proxmox VE');
    const stuck = ours.filter(cameNotBack);
    const bios = ours.filter((row) => !stuck.includes(row) && textAt(row, 'bios_boot_method') === 'pxe');
    return orPass(
      [...stuck.map(stuckVerdict), ...(bios.length > 0 ? [biosVerdict(bios)] : [])],
      `${count(ours.length, 'machine')}`,
    );
  },
});

/** Status 11 is "Failed deployment"; only a time-out says that the installer itself went well or never spoke. */
function cameNotBack(row: Row): boolean {
  const failed = textAt(row, 'status') === '11' || /failed deployment/i.test(textAt(row, 'status_name'));
  return failed && /time[d ]*out|reboot/i.test(textAt(row, 'status_message'));
}

function stuckVerdict(row: Row): Verdict {
  const name = textAt(row, 'hostname') || textAt(row, 'system_id');
  const uefi = textAt(row, 'bios_boot_method') === 'uefi';
  return warn(
    `${name} was installed by ${uefi ? 'UEFI' : 'BIOS'} and did not come back: ${textAt(row, 'status_message')}`,
    {
      text: uefi
        ? 'look at its console. EFI shell: its firmware kept no boot entry, so add \\EFI\\proxmox\\shimx64.efi (or \\EFI\\BOOT\\BOOTX64.EFI) and put the disk behind the network. "Security violation": switch Secure Boot off, or deploy an image with the signed loader. Then deploy again'
        : 'look at its console; set its firmware to UEFI and commission it again',
      command: 'efibootmgr -v',
    },
  );
}

function biosVerdict(machines: readonly Row[]): Verdict {
  const names = machines.map((row) => textAt(row, 'hostname'));
  return warn(
    `${listed(names)} ${names.length === 1 ? 'boots' : 'boot'} by BIOS: the image has a loader for UEFI`,
    {
      text: 'set the firmware to UEFI without its compatibility module (CSM), and commission again',
    },
  );
}
