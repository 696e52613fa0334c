/** One line of Kea's memfile lease file. */
export interface Lease {
  address: string;
  mac: string;
  clientId: string;
  validLifetime: number;
  /** Unix time in seconds. */
  expires: number;
  hostname: string;
  /** 0: in use, 1: declined, 2: expired and reclaimed. */
  state: number;
}

/** Who may keep a lease in the next generation. */
export interface Owner {
  mac: string;
  subnetId: number;
}

/**
 * The columns of a lease file: the longest header line of a text, since later versions of Kea add columns at the
 * end. Undefined: there is none.
 */
export function leaseHeader(text: string): string | undefined {
  const headers = text.split('\n').filter((line) => line.startsWith('address,hwaddr,'));
  return headers.sort((a, b) => b.length - a.length)[0];
}

/** Reads a lease file: of each address the last line counts. A line that is torn or odd is left out. */
export function parseLeases(text: string): Map<string, Lease> {
  const leases = new Map<string, Lease>();
  for (const line of text.split('\n')) {
    const cells = line.split(',');
    const [address = '', mac = '', clientId = '', lifetime = '', expire = ''] = cells;
    if (cells.length < 10 || !/^\d/.test(address)) continue;
    const lease: Lease = {
      address,
      mac,
      clientId,
      validLifetime: Number(lifetime),
      expires: Number(expire),
      hostname: cells[8] ?? '',
      state: Number(cells[9]),
    };
    // Kea deletes a lease by writing it again with no lifetime.
    if (lease.validLifetime === 0) leases.delete(address);
    else if (Number.isFinite(lease.expires) && Number.isFinite(lease.validLifetime))
      leases.set(address, lease);
  }
  return leases;
}

/**
 * The lease file that the next generation starts with: what is still valid, of MACs that still own the address.
 * A lease whose address has a new owner would keep both of them from getting an answer. `header` is that of a file
 * that Kea made itself: one of another version it would convert as it starts, and the leases would be elsewhere.
 */
export function carryOver(
  leases: Iterable<Lease>,
  owners: ReadonlyMap<string, Owner>,
  { now, header }: { now: number; header: string },
): string {
  const lines = [header];
  const columns = header.split(',');
  for (const lease of leases) {
    const owner = owners.get(lease.address);
    if (!owner || owner.mac !== lease.mac || lease.state !== 0 || lease.expires <= now) continue;
    const values: Record<string, string | number> = {
      address: lease.address,
      hwaddr: lease.mac,
      client_id: lease.clientId,
      valid_lifetime: lease.validLifetime,
      expire: lease.expires,
      subnet_id: owner.subnetId,
      fqdn_fwd: 0,
      fqdn_rev: 0,
      hostname: lease.hostname,
      state: 0,
      pool_id: 0,
    };
    lines.push(columns.map((column) => values[column] ?? '').join());
  }
  return `${lines.join('\n')}\n`;
}

/** Of leases from several files, for each address the one that expires last. */
export function newest(...files: ReadonlyMap<string, Lease>[]): Map<string, Lease> {
  const merged = new Map<string, Lease>();
  for (const lease of files.flatMap((file) => [...file.values()])) {
    const known = merged.get(lease.address);
    if (!known || known.expires < lease.expires) merged.set(lease.address, lease);
  }
  return merged;
}
