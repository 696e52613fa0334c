import type { Facts } from '../../../facts/facts.ts';
import type { Step, StepValue } from '../../../plan/step.ts';
import type { GuestRef } from '../../../steps/our-guest.ts';
import { refOf } from '../guests/ids.ts';
import type { PlacedGuest } from '../guests/placement.ts';

type Config = Readonly<Record<string, unknown>>;

/** Storages of a guest's disks, cloud-init drive included, that only its own node has. */
export function localDisks(
  guest: PlacedGuest,
  { facts, steps }: { facts: Facts; steps: readonly Step[] },
): string[] {
  const shared = new Set(facts.storages.filter((row) => row.shared).map((row) => row.storage));
  return diskStorages(guest, { facts, steps }).filter((storage) => !shared.has(storage));
}

function diskStorages(
  guest: PlacedGuest,
  { facts, steps }: { facts: Facts; steps: readonly Step[] },
): string[] {
  if (guest.existing) return storagesIn(guest.existing.config ?? {});
  const clone = steps.find((step) => step.id === refOf(guest).step)?.args;
  if (clone === undefined) return [];
  const { template, storage } = clone as unknown as { template: GuestRef; storage?: StepValue };
  // A full clone has all its disks on the storage that is named.
  if (typeof storage === 'string') return [storage];
  const there = facts.guests.find((other) => other.template && other.vmid === template.vmid);
  const made = steps.find((step) => step.id === template.step)?.args as { config?: Config } | undefined;
  return storagesIn(there?.config ?? made?.config ?? {});
}

function storagesIn(config: Config): string[] {
  const storages = Object.entries(config).flatMap(([key, value]) =>
    /^(ide|sata|scsi|virtio|efidisk|tpmstate)\d+$/.test(key)
      ? (/^(?:file=|volume=)?([^:,]+):/.exec(String(value))?.[1] ?? [])
      : [],
  );
  return [...new Set(storages)];
}
