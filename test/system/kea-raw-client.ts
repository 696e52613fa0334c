/**
 * A DHCP client that sends what it is told, inside of one network namespace: one JSON request per line on stdin, one
 * line with the answer on stdout, `null` where none came within `wait` milliseconds.
 */
import { createSocket } from 'node:dgram';
import { createInterface } from 'node:readline';
import { decodeReply, encodeRequest, type Reply } from '../../src/kea/dhcp-packet.ts';
import { parseIpv4 } from '../../src/kea/ipv4.ts';

export interface RawRequest {
  mac: string;
  /** Option 53 (RFC 2132 section 9.6). */
  type: number;
  /** The address that the client has already. */
  ciaddr?: string;
  /** Option code → an IPv4 address. */
  addresses?: Record<number, string>;
  /** Option 61, in hex digits. */
  clientId?: string;
  wait?: number;
}

/** `options`: code → hex digits. */
export type RawAnswer = (Omit<Reply, 'options'> & { options: Record<number, string> }) | null;

const socket = createSocket({ type: 'udp4', reuseAddr: true });
let heard: (reply: Reply) => void = () => undefined;
socket.on('message', (packet) => {
  const reply = decodeReply(packet);
  if (reply) heard(reply);
});
await new Promise<void>((resolve) => socket.bind(68, '0.0.0.0', resolve));
socket.setBroadcast(true);

let xid = 1;
for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line) as RawRequest;
  const mine = xid++;
  const answer = new Promise<Reply | undefined>((resolve) => {
    const timer = setTimeout(() => resolve(undefined), request.wait ?? 3_000);
    heard = (reply) => {
      if (reply.xid !== mine || reply.mac !== request.mac) return;
      clearTimeout(timer);
      resolve(reply);
    };
  });
  socket.send(packetOf(request, mine), 67, '255.255.255.255');
  const reply = await answer;
  const options = [...(reply?.options ?? [])].map(([code, data]) => [code, data.toString('hex')]);
  console.log(JSON.stringify(reply ? { ...reply, options: Object.fromEntries(options) } : null));
}
socket.close();

function packetOf({ mac, type, ciaddr, addresses = {}, clientId }: RawRequest, id: number): Buffer {
  const options: (readonly [number, Buffer])[] = Object.entries(addresses).map(([code, text]) => [
    Number(code),
    bytesOf(text),
  ]);
  if (clientId) options.push([61, Buffer.from(clientId, 'hex')]);
  const packet = encodeRequest(mac, { xid: id, type, options });
  if (ciaddr) bytesOf(ciaddr).copy(packet, 12);
  return packet;
}

function bytesOf(address: string): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(parseIpv4(address) ?? 0);
  return bytes;
}
