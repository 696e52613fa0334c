import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { hostPath } from '../host/paths.ts';
import { fail } from '../refusal.ts';
import { propertyFormat } from '../schema/formats.ts';
import { NET } from '../schema/guest-formats.ts';
import { readPropertyString } from '../schema/property-string.ts';
import type { World } from '../world.ts';
import { contentFile } from './content.ts';
import { type Address, leaseFor } from './dhcp.ts';

/** How long the real node waits for an agent that does not answer. */
const AGENT_TIMEOUT_MS = 3000;
const ANSWER_MS = 100;

/** Waits for the guest's agent as long as the real API does, and fails in its words. */
export async function needAgent(world: World, vmid: number, node: string): Promise<void> {
  const { values } = world.guests.read(vmid, node);
  const run = world.running.get(vmid);
  if (!run) throw fail(`VM ${vmid} is not running`);
  if (values.agent === undefined) throw fail('No QEMU guest agent configured');
  if (run.agentAt === undefined || run.agentAt > world.pace.clock.now()) {
    await world.pace.wait(AGENT_TIMEOUT_MS);
    throw fail('QEMU guest agent is not running');
  }
  await world.pace.wait(ANSWER_MS);
}

/** network-get-interfaces: loopback, and a NIC for each `netN`. */
export function interfaces(world: World, vmid: number, node: string): unknown[] {
  const { values } = world.guests.read(vmid, node);
  const nics = Object.keys(values)
    .filter((name) => /^net\d+$/.test(name))
    .sort();
  return [
    nic('lo', '00:00:00:00:00:00', [
      { 'ip-address': '127.0.0.1', 'ip-address-type': 'ipv4', prefix: 8 },
      { 'ip-address': '::1', 'ip-address-type': 'ipv6', prefix: 128 },
    ]),
    ...nics.map((name) => {
      const index = Number(name.slice(3));
      const mac = readPropertyString(NET, values[name] ?? '').macaddr?.toLowerCase() ?? '';
      const { ip, prefix } = addressOf(world, node, { values, index, mac });
      return nic(`eth${index}`, mac, [
        { 'ip-address': ip, 'ip-address-type': 'ipv4', prefix },
        { 'ip-address': linkLocal(mac), 'ip-address-type': 'ipv6', prefix: 64 },
      ]);
    }),
  ];
}

function nic(name: string, mac: string, addresses: readonly unknown[]) {
  const zero = {
    'rx-bytes': 0,
    'rx-dropped': 0,
    'rx-errs': 0,
    'rx-packets': 0,
    'tx-bytes': 0,
    'tx-dropped': 0,
    'tx-errs': 0,
    'tx-packets': 0,
  };
  return { name, 'hardware-address': mac, 'ip-addresses': addresses, statistics: zero };
}

/** From ipconfigN or the Ignition that it was given, else from a pretended DHCP that knows it by its MAC. */
function addressOf(
  world: World,
  node: string,
  guest: { values: Readonly<Record<string, string>>; index: number; mac: string },
): Address {
  const config = readPropertyString(
    propertyFormat('pve-qm-ipconfig'),
    guest.values[`ipconfig${guest.index}`] ?? '',
  );
  const fromConfig = parseAddress(config.ip);
  if (fromConfig) return fromConfig;
  const text = guest.index === 0 ? readIgnition(world, node, guest.values) : undefined;
  const fromIgnition =
    text === undefined ? undefined : parseAddress(/Address=([0-9./]+)/.exec(decodeAll(text))?.[1]);
  return fromIgnition ?? leaseFor(world, node, guest);
}

function parseAddress(text: string | undefined): Address | undefined {
  const match = /^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(text ?? '');
  return match ? { ip: match[1] ?? '', prefix: Number(match[2]) } : undefined;
}

/** The Ignition file that the guest was given, if there is one. */
export function readIgnition(
  world: World,
  node: string,
  values: Readonly<Record<string, string>>,
): string | undefined {
  const file = /-fw_cfg\s+\S*opt\/(?:org\.flatcar-linux|com\.coreos)\/config,file=([^\s,]+)/.exec(
    values.args ?? '',
  )?.[1];
  const volid = readPropertyString(propertyFormat('pve-qm-cicustom'), values.cicustom ?? '').user;
  const path = file !== undefined ? hostPath(world, node, file) : contentFile(world, node, volid ?? '')?.path;
  return path !== undefined && existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** Ignition carries files as data URLs: percent-encoded or in base64, the latter packed or not; so also a config within it. */
export function decodeAll(text: string): string {
  const inBase64 = [...text.matchAll(/data:[^,"]*;base64,([A-Za-z0-9+/=]+)/g)].map((match) =>
    unpacked(Buffer.from(match[1] ?? '', 'base64')),
  );
  const plain = text.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return `${plain.replaceAll('\\n', '\n')}\n${inBase64.join('\n')}`;
}

function unpacked(bytes: Buffer): string {
  if (bytes.length < 2 || bytes.readUInt16BE(0) !== GZIP) return bytes.toString('utf8');
  const text = gunzipSync(bytes).toString('utf8');
  return text.startsWith('{') ? decodeAll(text) : text;
}

/** RFC 1952, ID1 and ID2. */
const GZIP = 0x1f8b;

/** EUI-64: the seventh bit of the MAC turned, `ff:fe` in the middle. */
function linkLocal(mac: string): string {
  const bytes = mac.split(':').map((part) => Number.parseInt(part, 16));
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = bytes;
  const words = [((a ^ 2) << 8) | b, (c << 8) | 0xff, 0xfe00 | d, (e << 8) | f];
  return `fe80::${words.map((word) => word.toString(16)).join(':')}`;
}
