import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { createSecureContext, type SecureContext, type TLSSocket, connect as tlsConnect } from 'node:tls';
import { TargetError } from '../errors.ts';
import { NoAnswer } from './transient.ts';

/** Where the API listens, and how its certificate is recognised. `ca` or `fingerprint`: either will do. */
export interface Endpoint {
  host: string;
  port: number;
  /** PEM of the authorities to trust instead of the public ones. */
  ca?: string;
  /** SHA-256 of the certificate, `AA:BB:…`. */
  fingerprint?: string;
  /** Name to expect in the certificate, where it is not `host`. */
  servername?: string;
  /** Takes any certificate. */
  insecure?: boolean;
  /** Opens a way to it other than TCP from here: a tunnel. */
  connect?: () => Promise<Duplex>;
}

/** No answer to SYN or handshake after this long. */
const CONNECT_TIMEOUT = 10_000;

/** Opens a connection and checks who answers, before a byte of a request is sent. Throws TargetError. */
export async function openConnection(endpoint: Endpoint, signal?: AbortSignal): Promise<TLSSocket> {
  const way = await endpoint.connect?.();
  const socket = tlsConnect({
    ...(way ? { socket: way } : {}),
    host: endpoint.host,
    port: endpoint.port,
    ...(serverName(endpoint) ? { servername: serverName(endpoint) } : {}),
    ...(endpoint.ca ? { secureContext: trusting(endpoint.ca) } : {}),
    // Judged below, where a refusal can say what to do about it.
    rejectUnauthorized: false,
    ALPNProtocols: ['http/1.1'],
  });
  try {
    await secured(socket, signal);
  } catch (error) {
    socket.destroy();
    way?.destroy();
    if (signal?.aborted) throw signal.reason;
    throw unreachable(endpoint, error);
  }
  const refusal = refusalOf(socket, endpoint);
  if (refusal) {
    socket.destroy();
    throw refusal;
  }
  return socket;
}

/** Made once: it takes longer than the rest of a connection within one machine. */
function trusting(ca: string): SecureContext {
  const known = contexts.get(ca) ?? createSecureContext({ ca });
  contexts.set(ca, known);
  return known;
}

const contexts = new Map<string, SecureContext>();

function secured(socket: TLSSocket, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => finish(coded('ETIMEDOUT')), CONNECT_TIMEOUT);
    const onAbort = () => finish(coded('ABORTED'));
    const onClose = () => finish(coded('ECONNRESET'));
    const finish = (error?: Error) => {
      clearTimeout(late);
      signal?.removeEventListener('abort', onAbort);
      socket.off('close', onClose);
      if (error) reject(error);
      else resolve();
    };
    if (signal?.aborted) return finish(coded('ABORTED'));
    signal?.addEventListener('abort', onAbort, { once: true });
    // Stays for the connection's life: an idle socket that is reset must not end the process.
    socket.on('error', finish);
    socket.once('close', onClose);
    socket.once('secureConnect', () => finish());
  });
}

function refusalOf(socket: TLSSocket, endpoint: Endpoint): TargetError | undefined {
  if (endpoint.insecure) return undefined;
  const seen = socket.getPeerCertificate().fingerprint256 ?? '';
  const where = place(endpoint);
  if (endpoint.fingerprint) {
    if (sameFingerprint(seen, endpoint.fingerprint)) return undefined;
    if (!endpoint.ca) {
      return new TargetError('the certificate is not the pinned one', {
        where,
        why: `expected ${endpoint.fingerprint.toUpperCase()}, got ${seen}`,
        fix: `if the node's certificate was renewed, compare on the node: ${SHOW_FINGERPRINT}`,
      });
    }
  }
  if (socket.authorized) return undefined;
  return new TargetError(`the certificate is not trusted: ${reasonOf(socket)}`, {
    where,
    why: `its SHA-256 fingerprint is ${seen}`,
    fix: `compare it on the node (${SHOW_FINGERPRINT}), then pin it: https://${where}?fingerprint=${seen}`,
  });
}

const SHOW_FINGERPRINT = 'openssl x509 -noout -fingerprint -sha256 -in /etc/pve/local/pve-ssl.pem';

/** Node gives a code for a broken chain and a sentence for a wrong name. */
function reasonOf(socket: TLSSocket): string {
  const reason = String(socket.authorizationError ?? 'unknown');
  return CERTIFICATE_ERRORS[reason] ?? reason.replace(/_/g, ' ').toLowerCase();
}

const CERTIFICATE_ERRORS: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'it is signed by an authority of its own',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'it is signed by an authority unknown here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'it is signed by an authority unknown here',
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet; are the clocks right?',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is made out to another name',
};

function unreachable(endpoint: Endpoint, error: unknown): TargetError {
  const code = codeOf(error);
  const cause = new NoAnswer(code, false, error);
  const where = place(endpoint);
  switch (code) {
    case 'ENOTFOUND':
      return new TargetError(`the name ${endpoint.host} is not known`, {
        where,
        why: 'neither DNS nor /etc/hosts has an address for it',
        fix: "check the spelling, or use the node's IP address",
        cause,
      });
    case 'EAI_AGAIN':
      return new TargetError(`the name ${endpoint.host} could not be looked up`, {
        where,
        why: 'no DNS server answers',
        cause,
      });
    case 'ECONNREFUSED':
      return new TargetError('connection refused', {
        where,
        why: `nothing listens on port ${endpoint.port} of ${endpoint.host}`,
        fix: 'check host and port (8006), and on the node: systemctl status pveproxy',
        cause,
      });
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return new TargetError('no connection', {
        where,
        why:
          code === 'ETIMEDOUT' ? `no answer within ${CONNECT_TIMEOUT / 1000} s` : 'there is no route to it',
        fix: 'check address, network and firewall (tcp port 8006)',
        cause,
      });
    case 'ECONNRESET':
    case 'EPIPE':
      return new TargetError('the connection was closed during the TLS handshake', { where, cause });
    default:
      return new TargetError('no TLS connection', {
        where,
        why: error instanceof Error ? error.message.split('\n')[0] : String(error),
        fix: 'is this the API of a Proxmox VE node (https, port 8006)?',
        cause,
      } as { where: string });
  }
}

export function place(endpoint: Endpoint): string {
  return endpoint.host.includes(':')
    ? `[${endpoint.host}]:${endpoint.port}`
    : `${endpoint.host}:${endpoint.port}`;
}

/** `aa:bb`, `AABB` and `SHA256:aa:bb` are the same. */
export function sameFingerprint(one: string, other: string): boolean {
  return plain(one) === plain(other) && plain(one).length === 64;
}

function plain(fingerprint: string): string {
  return fingerprint
    .replace(/^sha-?256[:=]/i, '')
    .replace(/[^0-9a-f]/gi, '')
    .toLowerCase();
}

/** Server name indication takes names only, no addresses. */
function serverName(endpoint: Endpoint): string | undefined {
  const name = endpoint.servername ?? endpoint.host;
  return isIP(name) ? undefined : name;
}

export function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0 && !('code' in error && error.code)) {
    return codeOf(error.errors[0]);
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code || 'EUNKNOWN';
}

function coded(code: string): Error {
  return Object.assign(new Error(code), { code });
}
