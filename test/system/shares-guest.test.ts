import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Facts } from '../../src/facts/facts.ts';
import { splitWords } from '../../src/sandbox/host/words.ts';
import { planFrom, stepArgs } from '../workflows/plan-from.ts';
import { root, tool } from './environment.ts';
import { bootGuest } from './guest.ts';

/** A 9p share by the very `args` of the plan: read and written in a guest, seen on the host. */
const qemu = tool('qemu-system-x86_64', 'qemu-system-x86');

let folder: string;

describe.skipIf(qemu.missing)(`9p shares in a booted guest${qemu.name}`, () => {
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'proxwright-9p-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('folders with blanks, commas and quotes are shared, one of them read-only', async () => {
    const writable = path.join(folder, "it's a, b");
    const readonly = path.join(folder, 'read only');
    for (const share of [writable, readonly]) mkdirSync(share);
    writeFileSync(path.join(writable, 'from-host'), 'hello guest\n');
    const lab = JSON.parse(
      readFileSync(path.join(root, 'src/workflows/cluster/examples/lab.facts.json'), 'utf8'),
    ) as Facts;
    const shares = [
      { path: writable, tag: 'data', mount: '/mnt/data' },
      { path: readonly, tag: 'media', readonly: true },
    ];
    const text = JSON.stringify({
      version: 1,
      clusters: [{ name: 'lab', nodes: ['pve1'], groups: [{ name: 'box', count: 1, plan9: shares }] }],
    });
    const plan = planFrom({ text, files: new Map(), facts: lab });
    const { args } = stepArgs<{ set: { args: string } }>(plan, 'configure-guest').set;
    const options = 'trans=virtio,version=9p2000.L,msize=524288';
    const printed = await bootGuest(
      [
        `mkdir /mnt/data /mnt/media`,
        `mount -t 9p -o ${options} data /mnt/data && cat /mnt/data/from-host && echo "hello host" > /mnt/data/from-guest`,
        `mount -t 9p -o ${options},ro media /mnt/media && echo mounted`,
        `mount -o remount,rw /mnt/media; touch /mnt/media/no 2>/dev/null || echo refused`,
        'umount /mnt/data',
      ].join('\n'),
      { args: splitWords(args) },
    );
    expect(printed.trim().split('\n')).toEqual(['hello guest', 'mounted', 'refused']);
    expect(readFileSync(path.join(writable, 'from-guest'), 'utf8')).toBe('hello host\n');
    expect(existsSync(path.join(readonly, 'no'))).toBe(false);
  }, 180_000);
});
