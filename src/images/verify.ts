/** OpenPGP: who signed a checksum file, against pinned primary keys. openpgp is loaded only when needed. */
import type { Key } from 'openpgp';
import { TargetError } from '../errors.ts';

export interface SignedText {
  /** What was signed. */
  text: string;
  /** Of the signer's primary key, 40 upper-case hex digits. */
  fingerprint: string;
}

export interface Trust {
  /** Armored public keys; one block may hold several. */
  keys: readonly string[];
  /** Only this primary key counts. Without it any of `keys` does. */
  fingerprint?: string;
  /** Where the signature is from, for messages. */
  where: string;
}

/** Checks a signature over `text` that lies in a file of its own, armored or binary. Throws TargetError. */
export async function verifyDetached(text: Buffer, signature: Buffer, trust: Trust): Promise<SignedText> {
  const openpgp = await import('openpgp');
  const keys = await trustedKeys(trust);
  const armored = signature.subarray(0, 64).toString('latin1').trimStart().startsWith('-----BEGIN PGP');
  const parsed = await reading(trust, () =>
    armored
      ? openpgp.readSignature({ armoredSignature: signature.toString('utf8') })
      : openpgp.readSignature({ binarySignature: new Uint8Array(signature) }),
  );
  const message = await openpgp.createMessage({ binary: new Uint8Array(text) });
  const result = await openpgp.verify({ message, signature: parsed, verificationKeys: keys });
  return { text: text.toString('utf8'), fingerprint: await goodSigner(result.signatures, keys, trust) };
}

/** Checks a clearsigned document and returns only what is inside the signature. Throws TargetError. */
export async function verifyClearsigned(document: Buffer, trust: Trust): Promise<SignedText> {
  const openpgp = await import('openpgp');
  const keys = await trustedKeys(trust);
  const message = await reading(trust, () =>
    openpgp.readCleartextMessage({ cleartextMessage: document.toString('utf8') }),
  );
  const result = await openpgp.verify({ message, verificationKeys: keys });
  return { text: String(result.data), fingerprint: await goodSigner(result.signatures, keys, trust) };
}

interface Verification {
  keyID: { toHex(): string };
  verified: Promise<boolean>;
}

/** One good signature by a trusted key is enough; else the reason why the first is not good. */
async function goodSigner(
  signatures: readonly Verification[],
  keys: readonly Key[],
  trust: Trust,
): Promise<string> {
  let refusal: TargetError | undefined;
  for (const signature of signatures) {
    const id = signature.keyID.toHex();
    const signer = keys.find((key) => key.getKeys().some((part) => part.getKeyID().toHex() === id));
    if (!signer) {
      refusal ??= untrusted(id, keys, trust);
      continue;
    }
    try {
      await signature.verified;
      return fingerprintOf(signer);
    } catch (error) {
      refusal ??= badSignature(error, trust);
    }
  }
  throw refusal ?? new TargetError('there is no signature in it', { where: trust.where, fix: stop });
}

const stop = 'do not use this image; fetch it again later, or from the publisher directly';

function untrusted(id: string, keys: readonly Key[], trust: Trust): TargetError {
  const known = keys.map(fingerprintOf).join(', ');
  return new TargetError(`signed by key ${id.toUpperCase()}, which is not trusted`, {
    where: trust.where,
    why: `trusted is only ${known} with the subkeys that its key file knows`,
    fix: `if the publisher has a new subkey, give the refreshed key file; its primary fingerprint must still be ${known}`,
  });
}

function badSignature(error: unknown, trust: Trust): TargetError {
  const why = error instanceof Error ? error.message : String(error);
  if (/expired|revoked/i.test(why)) {
    return new TargetError('the key had ended when this was signed', {
      where: trust.where,
      why,
      fix: 'give the publisher’s refreshed key file, if it extended the key',
      cause: error,
    });
  }
  return new TargetError('the signature is wrong: the file is not what the publisher signed', {
    where: trust.where,
    why,
    fix: stop,
    cause: error,
  });
}

async function trustedKeys(trust: Trust): Promise<Key[]> {
  const { readKeys } = await import('openpgp');
  const keys: Key[] = [];
  for (const armoredKeys of trust.keys) {
    try {
      keys.push(...(await readKeys({ armoredKeys })));
    } catch (error) {
      throw new TargetError('cannot read the public key', {
        where: trust.where,
        why: error instanceof Error ? error.message : String(error),
        fix: 'give an armored OpenPGP public key (-----BEGIN PGP PUBLIC KEY BLOCK-----)',
        cause: error,
      });
    }
  }
  const pinned = keys.filter((key) => !trust.fingerprint || fingerprintOf(key) === trust.fingerprint);
  if (pinned.length > 0) return pinned;
  throw new TargetError(`the key file does not hold the key ${trust.fingerprint ?? 'that is needed'}`, {
    where: trust.where,
    why: keys.length > 0 ? `it holds ${keys.map(fingerprintOf).join(', ')}` : 'it is empty',
    fix: 'give the publisher’s key file',
  });
}

async function reading<T>(trust: Trust, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new TargetError('this is not an OpenPGP signature that can be read', {
      where: trust.where,
      why: error instanceof Error ? error.message : String(error),
      fix: stop,
      cause: error,
    });
  }
}

function fingerprintOf(key: Key): string {
  return key.getFingerprint().toUpperCase();
}
