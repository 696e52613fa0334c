import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Commands } from '../../src/kea/commands.ts';
import { type GuestStore, guestStore } from '../../src/kea/guest-store.ts';
import { type PveWatch, watchPve } from '../../src/kea/watch.ts';

const root = join(import.meta.dirname, '../../src/kea');
const commands = { run: async () => ({ code: 0, stdout: '', stderr: '' }) } as unknown as Commands;

describe('/etc/pve is followed', () => {
  let folder: string;
  let pve: string;
  let store: GuestStore;
  let watch: PveWatch;
  const conf = (vmid: number, address: string, node = 'pve1'): void =>
    writeFileSync(
      join(pve, 'nodes', node, 'qemu-server', `${vmid}.conf`),
      `net0: virtio=BC:24:11:00:00:01,bridge=vmbr0\nipconfig0: ip=${address}/24\n`,
    );
  /** pmxcfs' counters, as they are after a change of these guests. */
  const count = (version: number, ids: Record<number, { node: string; version: number }>): void => {
    const list = Object.entries(ids).map(([vmid, entry]) => [vmid, { ...entry, type: 'qemu' }]);
    writeFileSync(join(pve, '.vmlist'), JSON.stringify({ version, ids: Object.fromEntries(list) }));
    writeFileSync(join(pve, '.version'), JSON.stringify({ starttime: 7, vmlist: version }));
  };
  const addresses = (): (string | undefined)[] =>
    store.guests().flatMap(({ vmid, nics }) => nics.map(({ ipv4 }) => `${vmid} ${ipv4?.address}`));

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'proxwright-watch-'));
    pve = join(folder, 'pve');
    for (const node of ['pve1', 'pve2'])
      mkdirSync(join(pve, 'nodes', node, 'qemu-server'), { recursive: true });
    symlinkSync('nodes/pve1', join(pve, 'local'));
    store = guestStore();
    watch = watchPve(pve, { node: 'pve1', store, commands, changed: () => undefined });
  });

  afterEach(() => {
    watch.close();
    rmSync(folder, { recursive: true });
  });

  test('what another node changed is seen by pmxcfs’ counters: a guest comes, another leaves', () => {
    conf(100, '10.0.0.5');
    count(1, { 100: { node: 'pve1', version: 1 }, 200: { node: 'pve2', version: 1 } });
    watch.tick();
    expect(addresses()).toEqual(['100 10.0.0.5']);
    renameSync(join(pve, 'local/qemu-server/100.conf'), join(pve, 'nodes/pve2/qemu-server/100.conf'));
    conf(200, '10.0.0.6');
    count(2, { 100: { node: 'pve2', version: 2 }, 200: { node: 'pve1', version: 2 } });
    watch.tick();
    expect(addresses()).toEqual(['200 10.0.0.6']);
  });

  test('a change within the same second and of the same size is seen by its version', () => {
    conf(100, '10.0.0.5');
    count(1, { 100: { node: 'pve1', version: 1 } });
    watch.tick();
    conf(100, '10.0.0.6');
    count(2, { 100: { node: 'pve1', version: 2 } });
    watch.tick();
    expect(addresses()).toEqual(['100 10.0.0.6']);
  });

  test('without counters the fallback looks at every file', () => {
    watch.tick();
    conf(100, '10.0.0.5');
    watch.rescan();
    expect(addresses()).toEqual(['100 10.0.0.5']);
    rmSync(join(pve, 'local/qemu-server/100.conf'));
    watch.rescan();
    expect(addresses()).toEqual([]);
  });

  const own = ['unshare', '--user', '--map-root-user', '--'];
  const mayUnshare = spawnSync(own[0] as string, [...own.slice(1), 'true']).status === 0;
  test.skipIf(!mayUnshare)(
    'where containers used up all inotify instances, changes are seen a little later, and that is said',
    () => {
      conf(100, '10.0.0.5');
      const script = `
      import { guestStore } from ${JSON.stringify(join(root, 'guest-store.ts'))};
      import { watchPve } from ${JSON.stringify(join(root, 'watch.ts'))};
      const store = guestStore();
      const watch = watchPve(${JSON.stringify(pve)}, { node: 'pve1', store, commands: {}, changed: () => undefined });
      watch.tick();
      console.log(JSON.stringify([store.guests().map(({ vmid }) => vmid), watch.problem(), watch.notice()]));`;
      const argv = [
        'sh',
        '-c',
        'echo 0 > /proc/sys/user/max_inotify_instances; exec "$@"',
        '-',
        process.execPath,
      ];
      const { stdout, stderr } = spawnSync(
        own[0] as string,
        [...own.slice(1), ...argv, '--input-type=module', '-e', script],
        {
          encoding: 'utf8',
        },
      );
      expect(stderr).toBe('');
      expect(JSON.parse(stdout)).toEqual([
        [100],
        null,
        expect.stringMatching(/^inotify does not work \(EMFILE\).*fs\.inotify\.max_user_instances/),
      ]);
    },
  );

  test('while it is gone, everything is kept, and the reason is told', () => {
    conf(100, '10.0.0.5');
    watch.tick();
    renameSync(pve, `${pve}.away`);
    watch.tick();
    watch.rescan();
    expect(addresses()).toEqual(['100 10.0.0.5']);
    expect(watch.problem()).toMatch(/cannot be read: .*; what was served goes on$/);
    renameSync(`${pve}.away`, pve);
    conf(101, '10.0.0.6');
    watch.tick();
    expect(watch.problem()).toBeUndefined();
    expect(addresses()).toEqual(['100 10.0.0.5', '101 10.0.0.6']);
  });
});
