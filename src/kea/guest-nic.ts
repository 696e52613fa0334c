import { shorten } from './ipv4.ts';
import { parseMac } from './validate.ts';

export interface NicLine {
  mac: string;
  bridge: string;
  tag: number | null;
  firewall: boolean;
}

/**
 * Reads a `netN` line of a VM (`virtio=BC:24:11:…,bridge=vmbr0,tag=20`) or a container
 * (`name=eth0,hwaddr=…,bridge=vmbr0`). `ignored`: a NIC that no bridge of this node carries.
 */
export function readNic(
  line: string,
  kind: 'qemu' | 'lxc',
): NicLine | { ignored: true } | { problem: string } {
  const properties = propertiesOf(line);
  const written =
    kind === 'lxc' ? properties.get('hwaddr') : (properties.get('macaddr') ?? modelMac(properties));
  if (!written) return { problem: `no MAC address in "${shorten(line)}"` };
  const mac = parseMac(written);
  if (typeof mac !== 'string') return mac;
  const bridge = properties.get('bridge');
  // Without a bridge a VM has QEMU's user network, which answers DHCP itself.
  if (!bridge) return { ignored: true };
  // Interface names hold 15 characters (IFNAMSIZ) and go into commands: only what Proxmox VE allows.
  if (!/^[A-Za-z][\w.-]{0,14}$/.test(bridge)) return { problem: `"${shorten(bridge)}" is not a bridge name` };
  const tag = properties.get('tag');
  if (tag !== undefined && !(/^\d{1,4}$/.test(tag) && Number(tag) >= 1 && Number(tag) <= 4094)) {
    return { problem: `VLAN tag "${shorten(tag)}" is not between 1 and 4094` };
  }
  return {
    mac,
    bridge,
    tag: tag === undefined ? null : Number(tag),
    firewall: properties.get('firewall') === '1',
  };
}

/** `a=1,b=2` as a map; the first of two equal keys counts. */
export function propertiesOf(line: string): Map<string, string> {
  const properties = new Map<string, string>();
  for (const part of line.split(',')) {
    const at = part.indexOf('=');
    const key = part.slice(0, Math.max(at, 0)).trim();
    if (at > 0 && !properties.has(key)) properties.set(key, part.slice(at + 1).trim());
  }
  return properties;
}

/** The card models of qemu-server's `net` option that can carry the MAC as their value. */
const MODELS = new Set(
  (
    'e1000 e1000-82540em e1000-82544gc e1000-82545em e1000e i82551 i82557b i82559er ' +
    'ne2k_isa ne2k_pci pcnet rtl8139 virtio vmxnet3'
  ).split(' '),
);

function modelMac(properties: ReadonlyMap<string, string>): string | undefined {
  for (const [key, value] of properties) if (MODELS.has(key)) return value;
  return undefined;
}
