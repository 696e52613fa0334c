import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Facts } from '../../src/facts/facts.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { reveal, type Secret } from '../../src/plan/secret.ts';
import { splitWords } from '../../src/sandbox/host/words.ts';
import { encodedNotes, processesWith, type StandInNode, standInNode } from '../hookscripts/stand-in-node.ts';
import { planFrom, stepArgs } from '../workflows/plan-from.ts';
import { ignitionOf } from '../workflows/preset-plans.ts';
import { root, tool } from './environment.ts';
import { bootGuest } from './guest.ts';

/** Shares by the very `args` and hookscripts of the plan: read and written in a guest, seen on the host. */
const qemu = tool('qemu-system-x86_64', 'qemu-system-x86');
const virtiofsd = tool('/usr/lib/qemu/virtiofsd', 'qemu-system-common');
const NINE = 'trans=virtio,version=9p2000.L,msize=524288';

const lab = JSON.parse(
  readFileSync(path.join(root, 'src/workflows/cluster/examples/lab.facts.json'), 'utf8'),
) as Facts;

/** The plan of one guest with these shares on pve1. */
function planOf(
  group: object,
  { facts = lab, ...cluster }: { facts?: Facts } & Record<string, unknown> = {},
): Plan {
  const groups = [{ name: 'box', count: 1, memory: 256, ...group }];
  const clusters = [{ name: 'lab', nodes: ['pve1'], groups, ...cluster }];
  return planFrom({ text: JSON.stringify({ version: 1, clusters }), files: new Map(), facts });
}

function argsOf(plan: Plan): string {
  return stepArgs<{ set: { args: string } }>(plan, 'configure-guest').set.args;
}

describe.skipIf(qemu.missing)(`9p shares in a booted guest${qemu.name}`, () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'proxwright-9p-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('folders with blanks, commas and quotes are shared, one of them read-only', async () => {
    const writable = path.join(folder, "it's a, b");
    const readonly = path.join(folder, 'read only');
    for (const share of [writable, readonly]) mkdirSync(share);
    writeFileSync(path.join(writable, 'from-host'), 'hello guest\n');
    const plan9 = [
      { path: writable, tag: 'data', mount: '/mnt/data' },
      { path: readonly, tag: 'media', readonly: true },
    ];
    const printed = await bootGuest(
      [
        `mkdir /mnt/data /mnt/media`,
        `mount -t 9p -o ${NINE} data /mnt/data && cat /mnt/data/from-host && echo "hello host" > /mnt/data/from-guest`,
        `mount -t 9p -o ${NINE},ro media /mnt/media && echo mounted`,
        `mount -o remount,rw /mnt/media; touch /mnt/media/no 2>/dev/null || echo refused`,
        'umount /mnt/data',
      ].join('\n'),
      { args: splitWords(argsOf(planOf({ plan9 }))) },
    );
    expect(printed.trim().split('\n')).toEqual(['hello guest', 'mounted', 'refused']);
    expect(readFileSync(path.join(writable, 'from-guest'), 'utf8')).toBe('hello host\n');
    expect(existsSync(path.join(readonly, 'no'))).toBe(false);
  }, 180_000);
});

/** Odd characters of paths, owners by each model, and file systems below the folder: what no reading of args shows. */
describe.skipIf(qemu.missing || process.getuid?.() !== 0)(`9p as its options say${qemu.name}`, () => {
  const models = ['mapped-xattr', 'mapped-file', 'passthrough', 'none'] as const;
  let folder: string;
  let below: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'proxwright-9p-'));
    below = path.join(folder, 'a=b %h $HOME `x` #;~', 'below');
  });
  afterAll(() => {
    spawnSync('umount', [below]);
    rmSync(folder, { recursive: true });
  });

  test('the words of the mount units mount them; owners, modes and file systems are as asked for', async () => {
    mkdirSync(below, { recursive: true });
    const above = path.dirname(below);
    expect(spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', below]).status).toBe(0);
    writeFileSync(path.join(above, 'one'), 'above\n');
    writeFileSync(path.join(below, 'one'), 'below\n');
    for (const model of models) mkdirSync(path.join(folder, model));
    const plan9 = [
      ...models.map((model) => ({
        path: path.join(folder, model),
        tag: model,
        security_model: model,
        mount: `/mnt/${model}`,
      })),
      { path: above, tag: 'remap', multidevs: 'remap', mount: '/mnt/with space, and 100%' },
      { path: above, tag: 'forbid', multidevs: 'forbid', readonly: true, mount: '/mnt/forbid' },
    ];
    const plan = planOf({ plan9 });
    const printed = await bootGuest(
      [
        ...mountsOf(plan),
        ...models.map(
          (model) =>
            `cd /mnt/${model} && echo x >file && chown 1000:1001 file && chmod 4751 file; stat -c '%u %g %a' file`,
        ),
        "cd '/mnt/with space, and 100%' && cat one below/one",
        '[ "$(stat -c %i one)" != "$(stat -c %i below/one)" ] && echo apart',
        'cd /mnt/forbid && cat one; cat below/one 2>/dev/null || echo forbidden',
        'touch no 2>/dev/null || echo readonly',
      ].join('\n'),
      { args: splitWords(argsOf(plan)) },
    );
    // QEMU itself tells when it denies what lies on another file system.
    expect(
      printed
        .trim()
        .split('\n')
        .filter((line) => !line.startsWith('qemu')),
    ).toEqual([
      ...models.map(() => '1000 1001 4751'),
      ...['above', 'below', 'apart', 'above', 'forbidden', 'readonly'],
    ]);
    const kept = models.map((model) => {
      const { uid, gid, mode } = statSync(path.join(folder, model, 'file'));
      return [model, uid, gid, (mode & 0o7777).toString(8)].join(' ');
    });
    expect(kept).toEqual([
      'mapped-xattr 0 0 600',
      'mapped-file 0 0 600',
      'passthrough 1000 1001 4751',
      'none 1000 1001 4751',
    ]);
  }, 180_000);
});

/** What systemd does for the mount units of the plan's Ignition. */
function mountsOf(plan: Plan): string[] {
  const { units } = ignitionOf(plan, 'lab-box-1').systemd;
  return units.flatMap(({ name, contents = '' }) => {
    if (!name.endsWith('.mount')) return [];
    const value = (key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(contents)?.[1] ?? '';
    const where = `'${value('Where').replaceAll('%%', '%')}'`;
    return [
      `mkdir -p ${where}`,
      `mount -t ${value('Type')} -o ${value('Options')} ${value('What')} ${where}`,
    ];
  });
}

/** virtiofsd makes namespaces of its own, and its sockets lie below /run. */
const unfit = qemu.missing || virtiofsd.missing || process.getuid?.() !== 0;

describe.skipIf(unfit)(`virtiofs before 8.4 in a booted guest${qemu.name}${virtiofsd.name}`, () => {
  let node: StandInNode;
  beforeAll(() => {
    node = standInNode();
  });
  afterAll(() => {
    node.remove();
    // Nothing of a node's is to stay on this machine; a node that is one keeps what others have there.
    for (const at of ['/run/proxwright/virtiofsd', '/run/proxwright'])
      if (existsSync(at) && readdirSync(at).length === 0) rmdirSync(at);
  });

  test('hookscripts of the plan start virtiofsd, args of the plan find it, beside 9p and fw_cfg', async () => {
    const folders = ["it's a, b", 'plain', 'nine "quoted", too'].map((name) => path.join(node.folder, name));
    const [odd = '', plain = '', nine = ''] = folders;
    for (const share of folders) {
      mkdirSync(share);
      writeFileSync(path.join(share, 'from-host'), `hello from ${path.basename(share)}\n`);
    }
    const template = {
      name: 'golden',
      vmid: 9000,
      node: 'pve1',
      type: 'qemu',
      status: 'stopped',
      template: true,
    };
    const facts = {
      ...lab,
      nodes: lab.nodes.map((other) => (other.name === 'pve1' ? { ...other, version: '8.2.4' } : other)),
      storages: lab.storages.map((row) => ({
        ...row,
        ...(row.path ? { path: node.folder, content: [...row.content, 'snippets'] } : {}),
      })),
      guests: [
        { ...template, tags: [], macs: [], addresses: [], config: { scsi0: 'local-lvm:base-9000-disk-0' } },
      ],
    } as Facts;
    const virtiofs = [
      { path: odd, tag: 'odd', cache: 'never' },
      { path: plain, tag: 'plain', direct_io: true },
    ];
    const plan9 = [{ path: nine, tag: 'nine' }];
    const cluster = { template: 'golden', ignition: { transport: 'fw_cfg' }, facts };
    const plan = planOf({ virtiofs, plan9 }, cluster);
    expect(plan.findings.filter((finding) => finding.severity === 'error')).toEqual([]);
    for (const { verb, args } of plan.steps) {
      const file = args as { path: string; content: string | Secret; mode: number };
      if (verb === 'write-file') writeFileSync(file.path, reveal(file.content), { mode: file.mode });
    }
    const args = argsOf(plan);
    const { description } = stepArgs<{ description: string }>(plan, 'clone-guest');
    node.config({ args, description: encodedNotes(description.split('\n')) });
    const { set } = stepArgs<{ set: Record<string, string> }>(plan, 'configure-guest');
    expect(set).toMatchObject({ hookscript: 'local:snippets/proxwright-hooks.pl', numa: 0 });
    const hook = path.join(node.snippets, 'proxwright-hooks.pl');

    expect(node.hook(hook, 'pre-start')).toEqual({ status: 0, stdout: '', stderr: '' });
    try {
      const printed = await bootGuest(
        [
          'cd /mnt; mkdir odd plain nine',
          'for tag in odd plain; do mount -t virtiofs $tag $tag && cat $tag/from-host; done',
          `mount -t 9p -o ${NINE} nine nine && cat nine/from-host`,
          'for tag in odd plain nine; do echo "hello host, $tag" > $tag/from-guest; done',
          'head -c 11 /sys/firmware/qemu_fw_cfg/by_name/opt/org.flatcar-linux/config/raw; echo',
          'umount odd plain nine',
        ].join('\n'),
        // As Proxmox VE starts it: with a machine of its own before the args.
        { args: ['-machine', 'type=q35', ...splitWords(args)] },
      );
      expect(printed.trim().split('\n')).toEqual([
        ...folders.map((share) => `hello from ${path.basename(share)}`),
        '{"ignition"',
      ]);
    } finally {
      expect(node.hook(hook, 'post-stop')).toEqual({ status: 0, stdout: '', stderr: '' });
    }
    for (const [at, tag] of ['odd', 'plain', 'nine'].entries()) {
      expect(readFileSync(path.join(folders[at] ?? '', 'from-guest'), 'utf8')).toBe(`hello host, ${tag}\n`);
    }
    expect(processesWith(node.folder)).toEqual([]);
    expect(existsSync('/run/proxwright/virtiofsd/910.odd.pid')).toBe(false);
  }, 180_000);
});
