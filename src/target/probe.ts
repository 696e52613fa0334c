import { X509Certificate } from 'node:crypto';
import { TargetError } from '../errors.ts';
import type { Host } from '../hosts/host.ts';
import type { Endpoint } from '../pve/connect.ts';

/** What a node says of itself and its cluster. */
export interface Probe {
  node: string;
  /** Nodes of the cluster, this one too: name → address. */
  addresses: ReadonlyMap<string, string>;
  /** How its API shows that it is this node's. */
  trust: Pick<Endpoint, 'ca' | 'fingerprint' | 'servername'>;
}

/** Looks whether this is a Proxmox VE node on which we are root. Throws TargetError. */
export async function probeNode(host: Host): Promise<Probe> {
  const where = host.node;
  const [version, id, members] = await Promise.all([
    host.run(['pveversion']),
    host.run(['id', '-u']),
    host.read('/etc/pve/.members').catch(() => undefined),
  ]);
  if (version.exitCode !== 0) {
    throw new TargetError('this is no Proxmox VE node', {
      where,
      why:
        version.exitCode === 127
          ? 'pveversion is not installed'
          : version.stderr.trim() || 'pveversion failed',
      fix: 'name a node by --target ssh://root@HOST, or practise with --target sandbox',
    });
  }
  if (id.stdout.trim() !== '0') {
    throw new TargetError('this needs root', {
      where,
      why: `the user there has the id ${id.stdout.trim() || '?'}`,
      fix: 'use ssh://root@HOST, or sudo; without root: https://HOST:8006 with an API token',
    });
  }
  if (!members) {
    throw new TargetError('the cluster file system is not there', {
      where: `${where}: /etc/pve`,
      fix: 'systemctl status pve-cluster',
    });
  }
  const { node, addresses } = parseMembers(members.toString('utf8'), where);
  return { node, addresses, trust: await readTrust(host, node) };
}

/** `/etc/pve/.members`: `{"nodename": "pve1", "nodelist": {"pve1": {"id": 1, "online": 1, "ip": "…"}}}`. */
function parseMembers(text: string, where: string): Pick<Probe, 'node' | 'addresses'> {
  const addresses = new Map<string, string>();
  try {
    const { nodename, nodelist } = JSON.parse(text) as {
      nodename?: unknown;
      nodelist?: Record<string, { ip?: unknown }>;
    };
    for (const [name, entry] of Object.entries(nodelist ?? {})) {
      if (typeof entry?.ip === 'string') addresses.set(name, entry.ip);
    }
    if (typeof nodename === 'string' && nodename !== '') return { node: nodename, addresses };
  } catch {
    // Said below.
  }
  throw new TargetError('the cluster file system does not name this node', {
    where: `${where}: /etc/pve/.members`,
  });
}

/**
 * The certificate that pveproxy shows, read through the host, so that one from a public authority is known
 * too; beside it the cluster's own authority, which stays when the node's certificate is renewed.
 */
async function readTrust(host: Host, node: string): Promise<Probe['trust']> {
  const read = (path: string) => host.read(path).catch(() => undefined);
  const [custom, own, authority] = await Promise.all([
    read('/etc/pve/local/pveproxy-ssl.pem'),
    read('/etc/pve/local/pve-ssl.pem'),
    read('/etc/pve/pve-root-ca.pem'),
  ]);
  const certificate = custom ?? own;
  const fingerprint = certificate && fingerprintOf(certificate);
  return {
    servername: node,
    ...(authority ? { ca: authority.toString('utf8') } : {}),
    ...(fingerprint ? { fingerprint } : {}),
  };
}

function fingerprintOf(pem: Buffer): string | undefined {
  try {
    return new X509Certificate(pem).fingerprint256;
  } catch {
    return undefined;
  }
}
