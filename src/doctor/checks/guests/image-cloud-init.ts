import { readIdentity } from '../../../pve/description.ts';
import { defineCheck, type Verdict } from '../../check.ts';
import { type Look, Unseen } from '../../look.ts';
import { type GuestSaid, guestName, readGuests } from '../../read/guests.ts';
import { count, orPass, skip, warn } from '../../verdict.ts';

/** Of the settings that only cloud-init reads; `ipconfig` alone is what the Kea agent serves. */
const SETTINGS = /^(ciuser|cipassword|sshkeys)$/;
/** Every packaging of cloud-init has it. */
const MARK = '/etc/cloud/cloud.cfg';
/** Guests that are asked: each is a question to a running guest, and those of one image answer alike. */
const MOST = 12;

export const imageCloudInit = defineCheck({
  id: 'VM-IMAGE-CLOUDINIT',
  group: 'guests',
  title: 'Images read their cloud-init settings',
  looksAt: `cloud-init settings of all guests, their image, and ${MARK} of those whose agent answers`,
  why: 'In an image without cloud-init, such as "nocloud" of Debian or an installed ISO, user, keys and address stay where they are: the guest comes up, and nobody can log in.',
  needs: 'api',
  scope: 'cluster',
  for: ['vms', 'templates'],
  gate: 'tells',
  url: 'https://pve.proxmox.com/pve-docs/chapter-qm.html#qm_cloud_init',
  read: async (look) => {
    const wanting = (await readGuests(look)).filter(
      (guest) => guest.kind === 'qemu' && Object.keys(guest.config ?? {}).some((key) => SETTINGS.test(key)),
    );
    const asked = wanting
      .filter(({ running, config }) => running && config?.agent !== undefined)
      .slice(0, MOST);
    const answers = await Promise.all(
      asked.map(async (guest) => [guest.vmid, await hasCloudInit(look, guest)] as const),
    );
    return { wanting, answers: new Map(answers) };
  },
  judge({ wanting, answers }) {
    if (wanting.length === 0) return skip('no guest has such settings');
    const verdicts = wanting.flatMap((guest): Verdict[] => {
      const image = imageOf(guest);
      if (answers.get(guest.vmid) === false)
        return [without(guest, `has cloud-init settings, but no cloud-init: there is no ${MARK} in it`)];
      if (image !== undefined && answers.get(guest.vmid) === undefined && /nocloud|\.iso$/i.test(image))
        return [
          without(guest, `has cloud-init settings, and an image that comes without cloud-init: ${image}`),
        ];
      return [];
    });
    const known = [...answers.values()].filter((answer) => answer !== undefined).length;
    return orPass(verdicts, `${count(wanting.length, 'guest')} with settings, ${known} of them asked`);
  },
});

function without(guest: GuestSaid, what: string): Verdict {
  return warn(`guest ${guestName(guest)} ${what}`, {
    text: 'make it from a cloud image (genericcloud, cloudimg), or install cloud-init in it',
    command: 'apt-get install -y cloud-init',
  });
}

/** Of our own guests and templates: their line names it. */
function imageOf({ config }: GuestSaid): string | undefined {
  return readIdentity(config?.description ?? '')?.image;
}

/** Undefined: it does not answer, or may not be asked. */
async function hasCloudInit(look: Look, { node, vmid }: GuestSaid): Promise<boolean | undefined> {
  try {
    await look.get(`/nodes/${encodeURIComponent(node)}/qemu/${vmid}/agent/file-read`, { file: MARK });
    return true;
  } catch (error) {
    if (!(error instanceof Unseen)) throw error;
    return /no such file|cannot find the (file|path)/i.test(error.message) ? false : undefined;
  }
}
