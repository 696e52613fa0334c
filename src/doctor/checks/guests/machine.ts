import { defineCheck } from '../../check.ts';
import { guestName, isTemplate, readGuests } from '../../read/guests.ts';
import { rowsOf, textAt } from '../../understand.ts';
import { fail, orPass } from '../../verdict.ts';

export const machine = defineCheck({
  id: 'VM-MACHINE',
  group: 'guests',
  title: 'Machine types are known to the node',
  looksAt: 'machine of the guests of this node, GET /nodes/{node}/capabilities/qemu/machines',
  why: 'A guest made on a newer node names a machine that the QEMU of an older one does not have: it does not start there.',
  needs: 'api',
  scope: 'node',
  gate: 'tells',
  read: async (look) => ({
    guests: await readGuests(look),
    machines: await look.get('/nodes/{node}/capabilities/qemu/machines'),
  }),
  judge({ guests, machines }, { node }) {
    const known = new Set(rowsOf(machines, 'the machine types').map((row) => textAt(row, 'id')));
    const verdicts = guests
      .filter((guest) => guest.node === node && !isTemplate(guest))
      .flatMap((guest) => {
        // `pc-q35-9.2+pve1,viommu=virtio`: the part behind + is Proxmox VE's own count.
        const type = /^(?:type=)?(pc-(?:q35|i440fx)-\d+\.\d+)/.exec(guest.config?.machine ?? '')?.[1];
        if (type === undefined || known.has(type)) return [];
        return [
          fail(`guest ${guestName(guest)} wants ${type}, which QEMU on ${node} does not have`, {
            text: 'upgrade the node, or choose a machine type that it has',
            command: `qm set ${guest.vmid} --machine q35`,
          }),
        ];
      });
    return orPass(verdicts, 'all are known');
  },
});
