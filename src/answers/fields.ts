import { z } from 'zod';
import { parseAddress, parseCidr } from './ip.ts';

/** Fields that several sections have. Each says what it wants; label and help come from the section. */

/** One DNS label (RFC 1123): what a host name is made of. */
export const dnsLabel = z
  .string()
  .regex(/^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/)
  .meta({ wants: 'a name of letters, digits and dashes, up to 63 of them, such as edge' });

export const nodeName = z
  .string()
  .regex(/^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/)
  .meta({ wants: 'the name of a node, such as pve1' });

/** `all`, also where it stands in a list of its own, or names. */
export const nodesOrAll = z
  .union([z.literal('all'), z.array(nodeName).min(1)])
  .overwrite((nodes) => (nodes.length === 1 && nodes[0] === 'all' ? 'all' : nodes))
  .default('all')
  .meta({
    wants: 'all, or a list of nodes, such as [pve1, pve2]',
    example: ['pve1', 'pve2'],
    choices: 'nodes',
  });

/** As PVE's `pve-storage-id`. */
export const storageId = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9\-_.]*[A-Za-z0-9]$/)
  .meta({ wants: 'the name of a storage, such as local-lvm' });

/** As PVE's `pve-poolid`: up to three levels. */
export const poolId = z
  .string()
  .regex(/^[A-Za-z0-9.\-_]+(\/[A-Za-z0-9.\-_]+){0,2}$/)
  .meta({ wants: 'the name of a pool, such as edge' });

/** A Linux interface name, at most 15 characters (IFNAMSIZ). */
export const bridgeName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,14}$/)
  .meta({ wants: 'the name of a bridge, such as vmbr0' });

/** As PVE's `pve-tag`. */
export const guestTag = z
  .string()
  .regex(/^[A-Za-z0-9_][A-Za-z0-9_\-+.]*$/)
  .meta({ wants: 'a tag of letters, digits and _ - + ., such as k3s' });

export const vmid = z.int().min(100).max(999_999_999);

/** Size of a disk with its unit; PVE takes fractions and bytes too, but nobody means them. */
export const diskSize = z
  .string()
  .regex(/^[1-9]\d{0,6}[MGT]$/)
  .meta({ wants: 'a size in M, G or T, such as 20G' });

export const fileName = z
  .string()
  .regex(/^[^\0\r\n]+$/)
  .meta({ wants: 'the name of a file' });

/** Checked in full, leading zeros refused. */
export const cidr = z
  .string()
  .refine((text) => parseCidr(text) !== undefined)
  .meta({ wants: 'an address with its prefix, such as 10.0.20.11/24' });

export const address = z
  .string()
  .refine((text) => parseAddress(text) !== undefined)
  .meta({ wants: 'an address, such as 10.0.20.1' });
