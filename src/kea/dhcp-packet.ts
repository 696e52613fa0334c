import { formatIpv4 } from './ipv4.ts';

/** RFC 2132 section 9.6. */
export const DISCOVER = 1;
export const OFFER = 2;

export interface Reply {
  xid: number;
  mac: string;
  type: number;
  address: string;
  /** Option 54, or the field siaddr where a server leaves it out. */
  server: string;
  /** Option code → its bytes. */
  options: ReadonlyMap<number, Buffer>;
}

const COOKIE = 0x63825363;
const HEADER_BYTES = 240;

/** A DHCP request of a client without an address (RFC 2131 section 2), which asks for its answer by broadcast. */
export function encodeRequest(
  mac: string,
  {
    xid,
    type,
    options = [],
  }: { xid: number; type: number; options?: readonly (readonly [number, Buffer])[] },
): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.set([1, 1, 6, 0]);
  header.writeUInt32BE(xid >>> 0, 4);
  header.writeUInt16BE(0x8000, 10);
  header.set(Buffer.from(mac.replaceAll(':', ''), 'hex'), 28);
  header.writeUInt32BE(COOKIE, 236);
  const asked = Buffer.from([1, 3, 6, 12, 15, 51, 54, 119]);
  const all: (readonly [number, Buffer])[] = [[53, Buffer.from([type])], ...options, [55, asked]];
  const encoded = all.map(([code, data]) => Buffer.concat([Buffer.from([code, data.length]), data]));
  const packet = Buffer.concat([header, ...encoded, Buffer.from([255])]);
  // RFC 951's 300 bytes: some servers drop what is shorter.
  return packet.length >= 300 ? packet : Buffer.concat([packet, Buffer.alloc(300 - packet.length)]);
}

/** A server's answer; undefined: these bytes are none. */
export function decodeReply(packet: Buffer): Reply | undefined {
  if (packet.length < HEADER_BYTES || packet[0] !== 2 || packet.readUInt32BE(236) !== COOKIE)
    return undefined;
  const options = readOptions(packet);
  const server = options.get(54);
  const type = options.get(53)?.[0];
  if (type === undefined) return undefined;
  return {
    xid: packet.readUInt32BE(4),
    mac: (packet.toString('hex', 28, 34).match(/../g) ?? []).join(':'),
    type,
    address: formatIpv4(packet.readUInt32BE(16)),
    server: formatIpv4(server?.length === 4 ? server.readUInt32BE() : packet.readUInt32BE(20)),
    options,
  };
}

function readOptions(packet: Buffer): Map<number, Buffer> {
  const options = new Map<number, Buffer>();
  for (let at = HEADER_BYTES; at + 1 < packet.length && packet[at] !== 255; ) {
    const code = packet[at] as number;
    if (code === 0) {
      at += 1;
      continue;
    }
    const length = packet[at + 1] as number;
    const data = packet.subarray(at + 2, at + 2 + length);
    // RFC 3396: a long option comes in pieces.
    options.set(code, Buffer.concat([options.get(code) ?? Buffer.alloc(0), data]));
    at += 2 + length;
  }
  return options;
}
