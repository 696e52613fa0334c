import { UsageError } from '../errors.ts';
import { Secret } from '../plan/secret.ts';

/** What flags, environment and answers say of the target, before it is taken apart. */
export interface TargetWish {
  /** `local`, `sandbox`, `ssh://user@host[:port][?api_port=N]`, `https://host[:8006][?fingerprint=AA:…]` */
  url: string;
  /** `ssh://…` beside an https url, for what needs a host. */
  ssh?: string;
  /** File of a private key. */
  identity?: string;
  /** API user with realm, for a password. */
  user?: string;
  password?: Secret;
  /** Whole, as Proxmox VE shows it once: `user@realm!name=secret`. */
  token?: Secret;
  fingerprint?: string;
  /** File of the authority that signed the node's certificate. */
  ca?: string;
  insecure?: boolean;
}

/** What is left out is what the user's ssh configuration says, else port 22 and root. */
export interface SshSpec {
  host: string;
  port?: number;
  user?: string;
  identity?: string;
  password?: Secret;
}

export interface HttpsSpec {
  host: string;
  port: number;
  auth: { token: Secret } | { user: string; password: Secret };
  fingerprint?: string;
  ca?: string;
  insecure: boolean;
}

export type TargetSpec =
  | { kind: 'local'; apiPort: number }
  | { kind: 'sandbox' }
  | { kind: 'ssh'; ssh: SshSpec; apiPort: number }
  | { kind: 'https'; https: HttpsSpec; ssh?: SshSpec };

const API_PORT = 8006;

/** Takes a wish apart; what it lacks comes from PROXWRIGHT_TOKEN, _USER and _PASSWORD. Throws UsageError. */
export function parseTarget(wish: TargetWish, env: Readonly<Record<string, string | undefined>>): TargetSpec {
  if (wish.url === 'local') return { kind: 'local', apiPort: API_PORT };
  if (wish.url === 'sandbox') return { kind: 'sandbox' };
  const url = URL.canParse(wish.url) ? new URL(wish.url) : undefined;
  const environment = secretsOf(env);
  if (url?.protocol === 'ssh:') {
    const apiPort = portOf(url.searchParams.get('api_port') ?? '', API_PORT, wish.url);
    knownParameters(url, ['api_port']);
    return { kind: 'ssh', ssh: sshSpec(url, wish), apiPort };
  }
  if (url?.protocol === 'https:') {
    knownParameters(url, ['fingerprint']);
    const https = httpsSpec(url, { ...environment, ...defined(wish), url: wish.url });
    if (!wish.ssh) return { kind: 'https', https };
    const beside = URL.canParse(wish.ssh) ? new URL(wish.ssh) : undefined;
    if (beside?.protocol !== 'ssh:') throw new UsageError(`"${wish.ssh}" is no ssh:// address`);
    return { kind: 'https', https, ssh: sshSpec(beside, wish) };
  }
  throw new UsageError(`"${wish.url}" is no target`, {
    fix: 'local, sandbox, ssh://user@host[:port] or https://host[:8006]',
  });
}

function sshSpec(url: URL, wish: TargetWish): SshSpec {
  noPassword(url);
  return {
    host: hostOf(url),
    ...(url.port === '' ? {} : { port: portOf(url.port, 22, url.href) }),
    ...(url.username === '' ? {} : { user: decodeURIComponent(url.username) }),
    ...(wish.identity ? { identity: wish.identity } : {}),
  };
}

function httpsSpec(url: URL, wish: TargetWish): HttpsSpec {
  noPassword(url);
  const fingerprint = url.searchParams.get('fingerprint') ?? wish.fingerprint;
  if (fingerprint !== undefined && !/^([0-9a-f]{2}:?){31}[0-9a-f]{2}$/i.test(fingerprint)) {
    throw new UsageError('the fingerprint is not a SHA-256 one', {
      where: wish.url,
      fix: 'it has 32 bytes in hexadecimal: openssl x509 -noout -fingerprint -sha256 -in /etc/pve/local/pve-ssl.pem',
    });
  }
  return {
    host: hostOf(url),
    // Port 443 is what a URL parser leaves out, and 8006 what people mean without a port.
    port: /:443(\/|\?|#|$)/.test(wish.url) ? 443 : portOf(url.port, API_PORT, wish.url),
    auth: authOf(wish),
    insecure: wish.insecure ?? false,
    ...(fingerprint === undefined ? {} : { fingerprint: fingerprint.toUpperCase() }),
    ...(wish.ca ? { ca: wish.ca } : {}),
  };
}

function authOf(wish: TargetWish): HttpsSpec['auth'] {
  if (wish.token) {
    if (!TOKEN.test(wish.token.reveal())) {
      throw new UsageError('the API token is incomplete', {
        where: wish.url,
        fix: 'it reads user@realm!name=secret',
      });
    }
    return { token: wish.token };
  }
  if (wish.user && wish.password) {
    return { user: wish.user.includes('@') ? wish.user : `${wish.user}@pam`, password: wish.password };
  }
  throw new UsageError('an https target needs an API token, or a user and a password', {
    where: wish.url,
    fix: 'set PROXWRIGHT_TOKEN=user@realm!name=secret, or target.token in the answers, or use ssh://root@HOST',
  });
}

/** id and secret of a token. */
export function splitToken(token: Secret): { id: string; secret: string } {
  const [, id = '', secret = ''] = TOKEN.exec(token.reveal()) ?? [];
  return { id, secret };
}

const TOKEN = /^([^\s!=]+@[^\s!=]+![^\s!=]+)[=:](\S+)$/;

function secretsOf(env: Readonly<Record<string, string | undefined>>) {
  const { PROXWRIGHT_TOKEN: token, PROXWRIGHT_USER: user, PROXWRIGHT_PASSWORD: password } = env;
  return {
    ...(token ? { token: new Secret(token) } : {}),
    ...(user ? { user } : {}),
    ...(password ? { password: new Secret(password) } : {}),
  };
}

function defined(wish: TargetWish): Partial<TargetWish> {
  return Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== undefined));
}

function hostOf(url: URL): string {
  const host = decodeURIComponent(url.hostname).replace(/^\[|\]$/g, '');
  if (host === '' || (url.pathname !== '' && url.pathname !== '/')) {
    throw new UsageError(`"${url.protocol}//${url.host}${url.pathname}" is no target`, {
      fix: 'name host and port alone, such as https://pve1:8006 or ssh://root@pve1',
    });
  }
  return host;
}

function portOf(text: string, otherwise: number, where: string): number {
  if (text === '') return otherwise;
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new UsageError(`"${text}" is no port`, { where });
}

/** An address is seen in process lists and shell histories. */
function noPassword(url: URL): void {
  if (url.password === '') return;
  throw new UsageError('a password does not belong into an address', {
    where: `${url.protocol}//${url.host}`,
    fix: 'use PROXWRIGHT_PASSWORD, or target.password_file in the answers',
  });
}

function knownParameters(url: URL, known: readonly string[]): void {
  for (const name of url.searchParams.keys()) {
    if (known.includes(name)) continue;
    throw new UsageError(`a target has no "${name}"`, { where: url.host, fix: `known: ${known.join(', ')}` });
  }
}
