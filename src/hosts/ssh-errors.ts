import { TargetError } from '../errors.ts';
import type { HostKeyVerdict } from './known-hosts.ts';
import { ConnectionLost } from './lost.ts';

export interface SshPlace {
  host: string;
  port: number;
  user: string;
}

/** `root@pve1` or `root@pve1:2222`. */
export function sshPlace({ host, port, user }: SshPlace): string {
  return `${user}@${host.includes(':') ? `[${host}]` : host}${port === 22 ? '' : `:${port}`}`;
}

/** Why a connection was not made, for people. `level` is ssh2's own class of its errors. */
export function connectError(
  error: Error & { code?: string; level?: string },
  place: SshPlace,
  { tried, locked }: { tried: readonly string[]; locked: readonly string[] },
): TargetError {
  const where = sshPlace(place);
  if (error.level === 'client-authentication' || /authentication failures/i.test(error.message)) {
    return new TargetError('ssh does not let us in', {
      where,
      why: offered(tried, locked),
      fix: `check with: ssh ${sshCommandLine(place)} true; ssh-copy-id installs a key, target.identity names one`,
      cause: error,
    });
  }
  const code = error.level === 'client-timeout' ? 'ETIMEDOUT' : (error.code ?? 'ECONNRESET');
  const cause = new ConnectionLost(code, false, error);
  const [message, why, fix] = REASONS[code] ?? [
    'no ssh connection',
    error.message,
    'check host, port and firewall',
  ];
  return new TargetError(message, { where, why, fix, cause });
}

function offered(tried: readonly string[], locked: readonly string[]): string {
  const refused =
    tried.length > 0 ? `refused: ${tried.join(', ')}` : 'there is neither a key nor an agent to offer';
  return locked.length > 0
    ? `${refused}; not tried, since it needs a passphrase: ${locked.join(', ')}`
    : refused;
}

const REASONS: Readonly<Record<string, [message: string, why: string, fix: string]>> = {
  ENOTFOUND: [
    'the name is not known',
    'neither DNS nor /etc/hosts has an address for it',
    'check the spelling, use an IP address, or give it a HostName in ~/.ssh/config',
  ],
  EAI_AGAIN: ['the name could not be looked up', 'no DNS server answers', 'check the network'],
  ECONNREFUSED: [
    'connection refused',
    'nothing listens on that port',
    'check host and port, and: systemctl status ssh',
  ],
  ETIMEDOUT: ['no ssh connection', 'no answer in time', 'check address, network and firewall'],
  EHOSTUNREACH: ['no ssh connection', 'there is no route to it', 'check address and network'],
};

/** A host key that is not the one on record. */
export function hostKeyError(
  verdict: Exclude<HostKeyVerdict, { is: 'known' }>,
  place: SshPlace,
  seen: { fingerprint: string; keyType: string },
): TargetError {
  const where = sshPlace(place);
  const why = `it shows the ${seen.keyType} key ${seen.fingerprint}`;
  const name = place.port === 22 ? place.host : `[${place.host}]:${place.port}`;
  switch (verdict.is) {
    case 'changed':
      return new TargetError('THE HOST KEY HAS CHANGED: this may be another machine', {
        where,
        why: `${why}, and ${verdict.place} has another`,
        fix: `if the node was installed anew, compare the fingerprint on its console, then: ssh-keygen -R '${name}'`,
      });
    case 'revoked':
      return new TargetError('the host key is revoked', {
        where,
        why: `${why}, revoked in ${verdict.place}`,
      });
    case 'unknown':
      return new TargetError('the host key is unknown', {
        where,
        why,
        fix: `connect once by hand and compare it: ssh ${sshCommandLine(place)}; or ssh-keyscan -p ${place.port} ${place.host} >> ~/.ssh/known_hosts`,
      });
  }
}

export function lostConnection(place: SshPlace, sent: boolean, cause?: unknown): TargetError {
  return new TargetError('the ssh connection was lost', {
    where: sshPlace(place),
    ...(sent ? { why: 'whether the command ran to its end is not known' } : {}),
    fix: 'check the network and that the node is up',
    cause: new ConnectionLost('ECONNRESET', sent, cause),
  });
}

export function tunnelError(error: Error, place: SshPlace, to: string): TargetError {
  const prohibited = /prohibited/i.test(error.message);
  return new TargetError(`no tunnel to ${to} of the node`, {
    where: sshPlace(place),
    why: error.message.replace(/^\(SSH\) Channel open failure: /, ''),
    fix: prohibited
      ? 'allow it in sshd_config: AllowTcpForwarding yes'
      : 'on the node: systemctl status pveproxy',
    cause: new ConnectionLost(prohibited ? 'EREFUSED' : 'ECONNREFUSED', false, error),
  });
}

function sshCommandLine({ host, port, user }: SshPlace): string {
  return `${port === 22 ? '' : `-p ${port} `}${user}@${host}`;
}
