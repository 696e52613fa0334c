import type { HelpTopic } from '../help.tsx';

/** What the screen is called in the menu and in its header. */
export const keaTitle = 'DHCP live';

export const keaHelp: HelpTopic = {
  title: keaTitle,
  paragraphs: [
    'Each network of a node has a Kea of its own. It gives guests exactly the address that stands in their config (ipconfig), and is silent to everybody else. This is what it serves now; the screen follows.',
    'Left the networks: a bridge, with its VLAN behind the dot. Serving: guests are answered. Waiting: its bridge is not there, which is as it should be while no guest runs on it. Failed: Kea does not run. The number is that of its generation: every change of an address is served by a new one.',
    'Right the guests of the chosen network, with their lease: how long it still runs, or that the guest has not asked yet. A guest that sets its address by itself, by cloud-init for example, never asks. The plot counts the OFFERs that Kea sent: one for each time that a guest asked for an address anew.',
    'Below stands what is wrong, guest by guest. A config that cannot be served never harms another guest.',
  ],
  keys: [
    { key: 'up/down', does: 'choose a network, or a guest' },
    { key: 'right/left', does: 'to the guests and back' },
    { key: 'n', does: 'the next node' },
    { key: 'f', does: 'all that was found' },
    { key: 'r', does: 'ask the agent now' },
  ],
};
