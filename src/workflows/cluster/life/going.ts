import type { Facts, GuestFacts } from '../../../facts/facts.ts';
import type { Finding } from '../../../plan/step.ts';
import { OUR_TAG } from '../../../pve/description.ts';
import { hasOurTag } from '../../../steps/our-guest.ts';

/** What somebody did by hand to guests that are to be removed, and that a removal would find out too late. */
export function goingFindings(going: readonly GuestFacts[], facts: Facts): Finding[] {
  return going.flatMap((guest) => [...keptByHand(guest), ...addedDisks(guest, facts)]);
}

function keptByHand(guest: GuestFacts): Finding[] {
  const { vmid, config = {} } = guest;
  const findings: Finding[] = [];
  if (config.protection === '1')
    findings.push({
      severity: 'error',
      message: `${placed(guest)} would be removed, but somebody protected it from removal`,
      fix: `if it may go: qm set ${vmid} --protection 0`,
    });
  if (!hasOurTag(config))
    findings.push({
      severity: 'error',
      message: `${placed(guest)} would be removed, but it has no longer the tag ${OUR_TAG}: somebody took it away, as if to keep the guest`,
      fix: `if it may go: qm set ${vmid} --tags '${[config.tags, OUR_TAG].join(';')}'; if it shall stay, take the last line (proxwright: …) from its notes`,
    });
  return findings;
}

/** Removed with the guest, though no answers know of them: detached ones, too, are its own. */
function addedDisks(guest: GuestFacts, facts: Facts): Finding[] {
  const template = facts.guests.find(({ vmid }) => vmid === guest.base)?.config;
  if (!template) return [];
  const added = Object.entries(guest.config ?? {}).filter(
    ([key, value]) =>
      /^(?:scsi|virtio|sata|ide|unused)\d+$/.test(key) &&
      !(key in template) &&
      !/media=cdrom|cloudinit/.test(value),
  );
  if (added.length === 0) return [];
  const which = added.map(([key, value]) => `${key} (${value.replace(/,(?!size=)[^,]*/g, '')})`).join(', ');
  return [
    {
      severity: 'warning',
      message: `${placed(guest)} has disks that it was not made with, and that are removed with it: ${which}`,
      fix: `to keep one: qm disk move ${guest.vmid} DISK --target-vmid ID`,
    },
  ];
}

function placed({ name, vmid, node }: GuestFacts): string {
  return `${name} (${vmid} on ${node})`;
}
