import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { readText, writeAtomic } from './state/files.ts';

export interface Certificate {
  /** PEM. */
  readonly certificate: string;
  readonly key: string;
  /** SHA-256 in upper case with colons, as pveproxy shows it. */
  readonly fingerprint: string;
}

const YEARS = 10;

/** The sandbox's own certificate, made on the first start and kept in the state folder (key: mode 0600). */
export async function loadCertificate(stateDir: string, names: readonly string[]): Promise<Certificate> {
  const certificatePath = join(stateDir, 'tls', 'certificate.pem');
  const keyPath = join(stateDir, 'tls', 'key.pem');
  let certificate = readText(certificatePath);
  let key = readText(keyPath);
  if (certificate === undefined || key === undefined) {
    ({ certificate, key } = await makeCertificate(names));
    writeAtomic(keyPath, key, 0o600);
    writeAtomic(certificatePath, certificate);
  }
  return { certificate, key, fingerprint: new X509Certificate(certificate).fingerprint256 };
}

async function makeCertificate(names: readonly string[]): Promise<{ certificate: string; key: string }> {
  // Loaded here, since every later start does without it.
  const { default: selfsigned } = await import('selfsigned');
  const notAfter = new Date();
  notAfter.setFullYear(notAfter.getFullYear() + YEARS);
  const made = await selfsigned.generate([{ name: 'commonName', value: 'Proxwright sandbox' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notAfterDate: notAfter,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 7, ip: '127.0.0.1' },
          { type: 2, value: 'localhost' },
          ...names.map((value) => ({ type: 2 as const, value })),
        ],
      },
    ],
  });
  return { certificate: made.cert, key: made.private };
}
