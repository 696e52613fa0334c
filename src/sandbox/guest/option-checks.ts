import { existsSync, statSync } from 'node:fs';
import type { Call } from '../api/route.ts';
import { badParameters, fail } from '../refusal.ts';
import { contentOf } from '../state/storages.ts';
import type { World } from '../world.ts';
import { contentFile } from './content.ts';
import { isNewDisk } from './create-disks.ts';
import { type Drive, drivesIn, isCloudInit } from './drives.ts';

/** Checks the public keys in a percent-encoded `sshkeys` as ssh-keygen would. */
export function checkSshKeys(encoded: string): void {
  let text: string;
  try {
    text = decodeURIComponent(encoded);
  } catch {
    throw fail('SSH public key validation error');
  }
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  for (const line of lines) if (!isPublicKey(line)) throw fail('SSH public key validation error');
}

/** The hookscript must be an executable snippet. */
export function checkHookscript(world: World, node: string, volid: string): void {
  const wrong = (text: string) => badParameters({ hookscript: `script '${volid}' ${text}\n` });
  const file = contentFile(world, node, volid);
  if (file?.content !== 'snippets')
    throw badParameters({ hookscript: `'${volid}' is not in the snippets directory\n` });
  if (!existsSync(file.path)) throw wrong('does not exist');
  if ((statSync(file.path).mode & 0o111) === 0) throw wrong('is not executable');
}

/** Whether the caller may use the storages that the drives of a request name, and whether they can hold images. */
export function checkStorageAccess(call: Call, options: Readonly<Record<string, string>>): void {
  for (const drive of drivesIn(options)) checkDriveStorage(call, drive);
}

function checkDriveStorage(call: Call, drive: Drive): void {
  const { world, node } = call;
  const source = drive.options['import-from'];
  if (drive.file === 'none' || drive.file === 'cdrom') return;
  if (drive.file.startsWith('/') || source?.startsWith('/')) {
    if (!call.isRoot) throw fail('Only root can pass arbitrary filesystem paths.');
    if (drive.file.startsWith('/')) return;
  }
  const storageId = drive.file.split(':')[0] ?? '';
  if (source !== undefined && !/^[^:]+:0$/.test(drive.file)) {
    throw badParameters({
      [drive.name]: "'import-from' requires special syntax - use <storage ID>:0,import-from=<source>",
    });
  }
  const storage = world.storages.on(node, storageId);
  if (isNewDisk(drive)) {
    call.need(`/storage/${storageId}`, ['Datastore.AllocateSpace']);
    if (!contentOf(storage).includes('images')) {
      throw badParameters({ storage: `storage '${storageId}' does not support vm images` });
    }
  } else if (!isCloudInit(drive)) needVolume(call, drive.file);
  if (source !== undefined && !source.startsWith('/')) {
    world.storages.on(node, source.split(':')[0] ?? '');
    needVolume(call, source);
  }
}

/** As check_volume_access: own disks by Datastore.AllocateSpace, files by Datastore.Audit or AllocateTemplate. */
function needVolume(call: Call, volid: string): void {
  const path = `/storage/${volid.split(':')[0]}`;
  if (/:(iso|vztmpl|import|snippets)\//.test(volid)) {
    if (call.can(path, ['Datastore.Audit', 'Datastore.AllocateSpace', 'Datastore.AllocateTemplate'], true))
      return;
  }
  call.need(path, ['Datastore.AllocateSpace']);
}

function isPublicKey(line: string): boolean {
  const match = /(?:^|\s)((?:ssh|ecdsa|sk-ssh|sk-ecdsa)[-a-z0-9@.]*)\s+([A-Za-z0-9+/]+={0,3})(?:\s|$)/.exec(
    line,
  );
  if (!match) return false;
  const blob = Buffer.from(match[2] ?? '', 'base64');
  if (blob.length < 8) return false;
  const length = blob.readUInt32BE(0);
  return blob.length > length + 4 && blob.subarray(4, 4 + length).toString('latin1') === match[1];
}
