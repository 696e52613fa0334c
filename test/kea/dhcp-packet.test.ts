import { expect, test } from 'vitest';
import { DISCOVER, decodeReply, encodeRequest, OFFER } from '../../src/kea/dhcp-packet.ts';

test('a request has the length and the cookie that servers ask for', () => {
  const packet = encodeRequest('02:00:00:00:00:01', { xid: 0xdeadbeef, type: DISCOVER });
  expect(packet.length).toBe(300);
  expect(packet.subarray(0, 8).toString('hex')).toBe('01010600deadbeef');
  expect(packet.subarray(28, 34).toString('hex')).toBe('020000000001');
  expect(packet.subarray(236, 243).toString('hex')).toBe('63825363350101');
});

test('an answer is read with its options, long ones in pieces; anything else is none', () => {
  const packet = encodeRequest('02:00:00:00:00:01', {
    xid: 7,
    type: OFFER,
    options: [[54, Buffer.from([10, 0, 0, 1])]],
  });
  expect(decodeReply(packet)).toBeUndefined();
  packet[0] = 2;
  packet.set([10, 0, 0, 5], 16);
  expect(decodeReply(packet)).toMatchObject({
    xid: 7,
    mac: '02:00:00:00:00:01',
    type: OFFER,
    address: '10.0.0.5',
    server: '10.0.0.1',
  });
  expect(decodeReply(packet.subarray(0, 200))).toBeUndefined();
  expect(decodeReply(packet.subarray(0, 246))?.type).toBe(OFFER);
  expect(decodeReply(Buffer.alloc(300))).toBeUndefined();
});
