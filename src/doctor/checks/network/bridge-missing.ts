import { parseProperties } from '../../../pve/property-string.ts';
import { defineCheck, type Verdict } from '../../check.ts';
import { guestName, isTemplate, numbered, readGuests } from '../../read/guests.ts';
import { NO_BRIDGES, readPrivileges, seesAllBridges } from '../../read/privileges.ts';
import { rowsOf, textAt } from '../../understand.ts';
import { fail, orPass, skip, warn } from '../../verdict.ts';

export const bridgeMissing = defineCheck({
  id: 'NET-BRIDGE-MISSING',
  group: 'network',
  title: 'Bridges that guests name are there',
  looksAt: "GET /nodes/{node}/network?type=any_bridge, the guests' network cards",
  why: 'Proxmox VE takes any name, and refuses to start the guest.',
  needs: 'api',
  scope: 'node',
  gate: 'tells',
  read: async (look, about) => ({
    privileges: await readPrivileges(look, about),
    network: await look.get('/nodes/{node}/network', { type: 'any_bridge' }),
    guests: await readGuests(look),
  }),
  judge({ network, guests, privileges }, { node }) {
    const there = rowsOf(network, 'the list of bridges').map((row) => textAt(row, 'iface'));
    const verdicts = guests
      .filter((guest) => guest.node === node)
      .flatMap((guest): Verdict[] =>
        numbered(guest.config, 'net').flatMap(({ key, value }) => {
          const { bridge } = parseProperties(value, 'model');
          if (bridge === undefined || there.includes(bridge)) return [];
          const say = isTemplate(guest) ? warn : fail;
          return [
            say(`guest ${guestName(guest)} has ${key} on ${bridge}, which is not on ${node}`, {
              text: `make ${bridge}, or put the guest on ${there[0] ?? 'another bridge'}`,
              command: `qm config ${guest.vmid}`,
            }),
          ];
        }),
      );
    if (verdicts.length > 0 && !seesAllBridges(privileges)) return skip(NO_BRIDGES);
    return orPass(verdicts, there.join(', '));
  },
});
