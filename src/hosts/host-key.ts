export interface SeenHostKey {
  host: string;
  port: number;
  key: Buffer;
  /** `SHA256:…` */
  fingerprint: string;
  keyType: string;
  /** Types of other keys by which this host is known already. */
  knownTypes: readonly string[];
}

/** Names of SSH for ways to sign with a host key. */
export type HostKeyAlgorithm =
  | 'ssh-ed25519'
  | 'ecdsa-sha2-nistp256'
  | 'ecdsa-sha2-nistp384'
  | 'ecdsa-sha2-nistp521'
  | 'rsa-sha2-512'
  | 'rsa-sha2-256';

/** All that ssh2 speaks, those first by which the host is known; an RSA key has three names in this list. */
export function hostKeyOrder(types: readonly string[]): HostKeyAlgorithm[] {
  const all: readonly HostKeyAlgorithm[] = [
    'ssh-ed25519',
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
    'rsa-sha2-512',
    'rsa-sha2-256',
  ];
  const isKnown = (name: string) => types.includes(name.startsWith('rsa-') ? 'ssh-rsa' : name);
  return [...all.filter(isKnown), ...all.filter((name) => !isKnown(name))];
}
