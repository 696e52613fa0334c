import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AnswersError, UsageError } from '../../src/errors.ts';
import { imageCommand } from '../../src/maas-image/command.ts';
import { PROXMOX_KEY } from '../../src/maas-image/keyring.ts';
import { maasImageAnswers } from '../../src/workflows/maas-image/answers.ts';
import { testEdges } from './edges.ts';
import { SmallImage } from './small-image.ts';

const CASES = resolve(import.meta.dirname, 'cases/network');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'command-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('image network', () => {
  test('has the interfaces file alone on stdout; the picture and warnings are for people', async () => {
    const { code, stdout, stderr } = await run('network', join(CASES, 'two-bridges.yaml'));
    expect(code).toBe(0);
    expect(stdout).toBe(readFileSync(join(CASES, 'two-bridges.interfaces'), 'utf8'));
    expect(stderr).toContain('vmbr1  bridge  10.20.0.21/24  mtu 9000  (vmbr0 in MAAS)\n└─ eno2');
    expect(stderr).toContain('warning: bridge br-mgmt is called vmbr0 in Proxmox VE\n');
  });

  test('refuses with exit code 2', async () => {
    const error = await run('network', join(CASES, 'wifi.yaml')).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AnswersError);
    expect((error as AnswersError).exitCode).toBe(2);
  });
});

describe('image verify', () => {
  test('prints findings, and exits with 1 when one is a failure', async () => {
    const image = new SmallImage(folder);
    expect((await run('verify', image.pack())).code).toBe(0);
    image.packages.push('ifupdown');
    const { code, stdout } = await run('verify', image.pack());
    expect(code).toBe(1);
    expect(stdout).toContain('fail  No ifupdown: ifupdown is installed\n      → leave it out');
  });

  test('--json is shaped as that of doctor', async () => {
    const { stdout } = await run('verify', new SmallImage(folder).pack(), '--json');
    const { version, summary, findings } = JSON.parse(stdout);
    expect(version).toBe(1);
    expect(summary.pass).toBe(findings.length);
    expect(Object.keys(findings[0])).toEqual(['id', 'title', 'severity', 'message']);
  });
});

describe('image build --render-only', () => {
  test.each([
    ['docker', ['Dockerfile', 'compose.yaml', 'entrypoint']],
    ['packer', ['image.pkr.hcl', 'playbook.yml']],
    ['native', []],
  ])('%s: writes what the engine needs, and runs nothing', async (engine, own) => {
    const target = join(folder, 'rendered');
    const { code, stdout } = await run('build', '--engine', engine, '--render-only', target);
    expect(code).toBe(0);
    expect(readdirSync(target).sort()).toEqual([...own, 'recipe'].sort());
    expect(stdout.split('\n')).toEqual(
      expect.arrayContaining(['recipe/command', 'recipe/build', 'recipe/files/curtin/curtin-hooks']),
    );
    const command = readFileSync(join(target, 'recipe/command'), 'utf8');
    expect(command).toContain('--essential-hook=/recipe/before-packages');
    // One recipe for all: nothing of this machine is in it.
    expect(command).not.toContain(folder);
    expect(statSync(join(target, 'recipe/build')).mode & 0o111).not.toBe(0);
  });
});

test('image build --render-only needs no network: who builds fetches the key, by its checksum', async () => {
  const target = join(folder, 'rendered');
  const fetch = () => Promise.reject(new Error('the network was asked'));
  const { stdout } = await run(['build', '--engine', 'docker', '--render-only', target], {
    proxmox: 'no-subscription',
    edges: { fetch },
  });
  expect(stdout).toContain('recipe/proxmox.key\n');
  expect(readFileSync(join(target, 'recipe/proxmox.key'), 'utf8')).toBe(
    `${PROXMOX_KEY.url} ${PROXMOX_KEY.sha256}\n`,
  );
  expect(readdirSync(join(target, 'recipe'))).not.toContain('proxmox.gpg');
});

test.each<[string[], RegExp]>([
  [[], /^image wants a command/],
  [['biuld'], /^image has no command "biuld"/],
  [['verify'], /^image verify wants one FILE/],
  [['verify', 'a', 'b'], /^image verify wants one FILE/],
  [['build', '--engine', 'podman'], /^there is no engine "podman"/],
  [['build', '--output', 'image.zip'], /^--output ends in/],
  [['boot', 'a', '--accel', 'xen'], /^--accel is kvm or tcg, not xen/],
  [['boot', 'a', '--memory', 'lots'], /^--memory wants MiB/],
  [['verify', '--fast', 'a'], /Unknown option '--fast'/],
])('%j is told what is wrong', async (argv, message) => {
  const error = await run(...argv).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UsageError);
  expect((error as UsageError).message).toMatch(message);
});

type Given = { proxmox?: string; edges?: Parameters<typeof testEdges>[0] };

async function run(...given: (string | string[] | Given)[]) {
  const argv = given.filter((one) => typeof one === 'string' || Array.isArray(one)).flat();
  const { proxmox = 'none', edges = {} } =
    given.find((one): one is Given => typeof one === 'object' && !Array.isArray(one)) ?? {};
  const stdout: string[] = [];
  const stderr: string[] = [];
  const code = await imageCommand({
    argv,
    stdout: { write: (text) => void stdout.push(text) },
    stderr: { write: (text) => void stderr.push(text) },
    edges: testEdges(edges),
    readSpec: async (_, more) => maasImageAnswers.parse({ proxmox, ...more }),
  });
  return { code, stdout: stdout.join(''), stderr: stderr.join('') };
}
