import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Facts } from '../../src/facts/facts.ts';
import type { Secret } from '../../src/plan/secret.ts';
import { splitWords } from '../../src/sandbox/host/words.ts';
import { planFrom, stepArgs } from '../workflows/plan-from.ts';
import { root, tool } from './environment.ts';
import { bootGuest } from './guest.ts';

/** The cluster's own plan, its file on the disk, its `args` in QEMU, and what the guest then reads. */
const qemu = tool('qemu-system-x86_64', 'qemu-system-x86');

let folder: string;

describe.skipIf(qemu.missing)(`Ignition in a booted guest${qemu.name}`, () => {
  beforeAll(() => {
    // QEMU takes a comma for the end of a value unless it is doubled.
    folder = path.join(mkdtempSync(path.join(tmpdir(), 'proxwright-ign-')), 'with,comma');
    mkdirSync(path.join(folder, 'snippets'), { recursive: true });
  });
  afterAll(() => rmSync(path.dirname(folder), { recursive: true }));

  test('a guest reads its compiled config through the args of the plan', async () => {
    const lab = JSON.parse(
      readFileSync(path.join(root, 'src/workflows/cluster/examples/lab.facts.json'), 'utf8'),
    ) as Facts;
    const storages = lab.storages.map((row) =>
      row.storage === 'local' ? { ...row, path: folder, content: [...row.content, 'snippets'] } : row,
    );
    const butane = [
      'variant: flatcar',
      'version: 1.0.0',
      'storage:',
      '  files: [{ path: /etc/motd, contents: { inline: "I am ${vm_name}, é and \\u0001" } }]',
    ];
    const plan = planFrom({
      text: `version: 1
clusters:
  - name: lab
    ignition: { transport: fw_cfg }
    groups: [{ name: box, count: 1, butane: box.bu }]
`,
      files: new Map([['box.bu', `${butane.join('\n')}\n`]]),
      facts: { ...lab, storages },
    });
    const file = stepArgs<{ path: string; content: Secret }>(plan, 'write-file');
    writeFileSync(file.path, file.content.reveal(), { mode: 0o600 });
    const { args } = stepArgs<{ set: { args: string } }>(plan, 'configure-guest').set;
    const read = await bootGuest(
      'base64 /sys/firmware/qemu_fw_cfg/by_name/opt/org.flatcar-linux/config/raw',
      { args: splitWords(args) },
    );
    const config = Buffer.from(read, 'base64').toString('utf8');
    expect(config).toBe(file.content.reveal());
    expect(config).toContain('lab-box-1');
  }, 180_000);
});
