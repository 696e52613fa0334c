/**
 * DHCP clients by the hundred, inside of one network namespace: `node kea-probe.ts RATE MAC…` sends RATE DISCOVERs a
 * second, one MAC after the other. On stdin: `chase MAC ADDRESS` asks for one MAC every 2 ms until it is OFFERed that
 * address, and prints when; `end` prints how many were never answered, with the times of the first and the last of them, and leaves. Times are of CLOCK_MONOTONIC, in nanoseconds.
 */
import { createSocket } from 'node:dgram';
import { createInterface } from 'node:readline';
import { DISCOVER, decodeReply, encodeRequest, OFFER } from '../src/kea/dhcp-packet.ts';

const [rate = '0', ...macs] = process.argv.slice(2);
const socket = createSocket({ type: 'udp4', reuseAddr: true, recvBufferSize: 4 << 20 });
/** Transaction id → when it was sent, in milliseconds since the start. */
const open = new Map<number, number>();
let xid = 1;
let sent = 0;
let next = 0;
let chase: { mac: string; address: string; timer: NodeJS.Timeout } | undefined;

socket.on('message', (packet) => {
  const reply = decodeReply(packet);
  if (!reply || reply.type !== OFFER) return;
  open.delete(reply.xid);
  if (chase && reply.mac === chase.mac && reply.address === chase.address) {
    clearInterval(chase.timer);
    console.log(JSON.stringify({ chased: chase.mac, at: String(process.hrtime.bigint()) }));
    chase = undefined;
  }
});
await new Promise<void>((resolve) => socket.bind(68, '0.0.0.0', resolve));
socket.setBroadcast(true);

const started = performance.now();

function discover(mac: string, counted: boolean): void {
  const id = xid++;
  if (counted) {
    open.set(id, Math.round(performance.now() - started));
    sent += 1;
  }
  socket.send(encodeRequest(mac, { xid: id, type: DISCOVER }), 67, '255.255.255.255');
}

const pacing = setInterval(() => {
  const due = Math.floor(((performance.now() - started) / 1_000) * Number(rate));
  for (; next < due; next += 1) {
    const mac = macs[next % macs.length];
    if (mac && mac !== chase?.mac) discover(mac, true);
  }
}, 1);

console.log(JSON.stringify({ ready: true }));
for await (const line of createInterface({ input: process.stdin })) {
  const [word, mac = '', address = ''] = line.split(' ');
  if (word === 'chase') {
    const timer = setInterval(() => discover(mac, false), 2);
    chase = { mac, address, timer };
  }
  if (word === 'end') break;
}
clearInterval(pacing);
const ended = performance.now();
// An answer of a starved machine comes late; what is lost never comes.
while (open.size > 0 && performance.now() - ended < 5_000) {
  await new Promise((resolve) => setTimeout(resolve, 20));
}
const unanswered = [...open.values()];
console.log(JSON.stringify({ sent, lost: open.size, lostAt: [unanswered[0], unanswered.at(-1)] }));
socket.close();
