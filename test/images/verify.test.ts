import * as openpgp from 'openpgp';
import { expect, test } from 'vitest';
import { TargetError } from '../../src/errors.ts';
import { verifyClearsigned, verifyDetached } from '../../src/images/verify.ts';
import { makePublisher } from './publisher.ts';

const where = 'https://example.org/SUMS.asc';
const text = 'what was signed';
const hour = 3600;

test('a detached signature may be binary or armored', async () => {
  const publisher = await makePublisher([]);
  const trust = { keys: [publisher.publicKey], fingerprint: publisher.fingerprint, where };
  const binary = await publisher.detached(text);
  const armored = openpgp.armor(openpgp.enums.armor.signature, new Uint8Array(binary));
  for (const signature of [binary, Buffer.from(armored)]) {
    const signed = await verifyDetached(Buffer.from(text), signature, trust);
    expect(signed).toEqual({ text, fingerprint: publisher.fingerprint });
  }
});

test('only the pinned primary key counts, even if a key file holds more', async () => {
  const [ours, other] = [await makePublisher([]), await makePublisher([])];
  const document = Buffer.from(await other.clearsigned(text));
  const trust = { keys: [ours.publicKey, other.publicKey], where };
  expect((await verifyClearsigned(document, trust)).fingerprint).toBe(other.fingerprint);
  await expect(verifyClearsigned(document, { ...trust, fingerprint: ours.fingerprint })).rejects.toThrow(
    'is not trusted',
  );
  await expect(verifyClearsigned(document, { ...trust, fingerprint: '0'.repeat(40) })).rejects.toThrow(
    'the key file does not hold the key',
  );
});

test('a key that had ended is told apart, and a refreshed key file heals it', async () => {
  const date = new Date(Date.now() - 10 * hour * 1000);
  const userIDs = [{ name: 'Test publisher' }];
  const { privateKey, publicKey } = await openpgp.generateKey({ userIDs, date, format: 'object' });
  const ended = await openpgp.reformatKey({
    privateKey,
    userIDs,
    date,
    keyExpirationTime: hour,
    format: 'object',
  });
  const message = await openpgp.createCleartextMessage({ text });
  const document = Buffer.from(await openpgp.sign({ message, signingKeys: privateKey }));
  const fingerprint = publicKey.getFingerprint().toUpperCase();
  await expect(
    verifyClearsigned(document, { keys: [ended.publicKey.armor()], fingerprint, where }),
  ).rejects.toMatchObject({ message: 'the key had ended when this was signed', where });
  const refreshed = { keys: [publicKey.armor()], fingerprint, where };
  expect((await verifyClearsigned(document, refreshed)).fingerprint).toBe(fingerprint);

  // Signed while the key was valid: it stays good, as old images must.
  const early = new Date(date.getTime() + 60_000);
  const old = await openpgp.sign({ message, signingKeys: privateKey, date: early });
  await verifyClearsigned(Buffer.from(old), { keys: [ended.publicKey.armor()], fingerprint, where });
});

test('a key file that is none is refused', async () => {
  const publisher = await makePublisher([]);
  const document = Buffer.from(await publisher.clearsigned(text));
  await expect(verifyClearsigned(document, { keys: ['hello'], where })).rejects.toThrow(TargetError);
  await expect(verifyClearsigned(document, { keys: [], where })).rejects.toThrow('does not hold');
});
