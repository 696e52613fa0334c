import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type GuestStore, guestStore } from '../../src/kea/guest-store.ts';
import { renderTree } from '../../src/kea/render-tree.ts';

describe('files that are no configurations', () => {
  let folder: string;
  let store: GuestStore;
  const path = (vmid: number): string => join(folder, 'qemu-server', `${vmid}.conf`);
  const conf = (vmid: number, address: string): void =>
    writeFileSync(path(vmid), `net0: virtio=BC:24:11:00:00:01,bridge=vmbr0\nipconfig0: ip=${address}/24\n`);
  const addresses = (): string[] =>
    store.guests().flatMap(({ vmid, nics }) => nics.map(({ ipv4 }) => `${vmid} ${ipv4?.address}`));
  const findings = (): string[] =>
    store.guests().flatMap((guest) => guest.findings.map(({ vmid, message }) => `${vmid} ${message}`));

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'proxwright-store-'));
    mkdirSync(join(folder, 'qemu-server'));
    store = guestStore();
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  test('a named pipe, a device, a folder and a huge file are findings, and keep nobody waiting', () => {
    conf(100, '10.0.0.5');
    expect(spawnSync('mkfifo', [path(101)]).status).toBe(0);
    symlinkSync('/dev/zero', path(102));
    mkdirSync(path(103));
    writeFileSync(path(104), 'x'.repeat((1 << 20) + 1));
    const said = [
      `101 ${path(101)} cannot be read: it is no regular file`,
      `102 ${path(102)} cannot be read: it is no regular file`,
      `103 ${path(103)} cannot be read: it is no regular file`,
      `104 ${path(104)} cannot be read: it is larger than 1024 KiB`,
    ];
    mkdirSync(join(folder, 'firewall'));
    expect(spawnSync('mkfifo', [join(folder, 'firewall', '100.fw')]).status).toBe(0);
    expect(store.scan(folder)).toBe(true);
    expect(addresses()).toEqual(['100 10.0.0.5']);
    expect(findings().sort()).toEqual(said);
    expect(renderTree(folder).findings.map(({ vmid, message }) => `${vmid} ${message}`)).toEqual(said);
    expect(store.retry()).toBe(false);
  });

  test('what a guest was served goes on, and its file is read again once it can be', () => {
    conf(100, '10.0.0.5');
    store.scan(folder);
    rmSync(path(100));
    mkdirSync(path(100));
    expect(store.refresh({ vmid: 100, kind: 'qemu', path: path(100) })).toBe(true);
    expect(addresses()).toEqual(['100 10.0.0.5']);
    expect(findings()).toEqual([
      `100 ${path(100)} cannot be read: it is no regular file`,
      '100 what it was served before goes on being served',
    ]);
    rmSync(path(100), { recursive: true });
    conf(100, '10.0.0.6');
    expect(store.retry()).toBe(true);
    expect(addresses()).toEqual(['100 10.0.0.6']);
    expect(findings()).toEqual([]);
  });
});
