import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { DISCOVER, decodeReply, encodeRequest, OFFER } from './dhcp-packet.ts';

/**
 * Asks for an address as a client that nobody knows, three times within `seconds`, and gives the servers that made
 * an OFFER. Runs inside of a network's namespace (as root, port 68). Ours is silent to unknown clients, so whoever
 * answers is another one. It takes nothing: an OFFER that is not requested is forgotten.
 */
export async function probeForServers({ seconds = 3 } = {}): Promise<string[]> {
  const mac = (randomBytes(6).toString('hex').match(/../g) ?? []).map((octet, index) =>
    index === 0 ? '02' : octet,
  );
  const xid = randomBytes(4).readUInt32BE();
  const packet = encodeRequest(mac.join(':'), { xid, type: DISCOVER });
  const servers = new Set<string>();
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  socket.on('message', (message) => {
    const reply = decodeReply(message);
    if (reply?.xid === xid && reply.type === OFFER) servers.add(reply.server);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(68, '0.0.0.0', resolve);
  });
  try {
    socket.setBroadcast(true);
    for (let sent = 0; sent < 3; sent += 1) {
      await new Promise<void>((resolve, reject) => {
        socket.send(packet, 67, '255.255.255.255', (error) => (error ? reject(error) : resolve()));
      });
      await new Promise((resolve) => setTimeout(resolve, (seconds * 1_000) / 3));
    }
  } finally {
    socket.close();
  }
  return [...servers].sort();
}
