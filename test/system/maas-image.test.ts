import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkGuest } from '../../src/maas-image/boot/checks.ts';
import { withBooted } from '../../src/maas-image/boot.ts';
import { buildImage } from '../../src/maas-image/build.ts';
import type { Manifest } from '../../src/maas-image/manifest.ts';
import { renderEngine } from '../../src/maas-image/render.ts';
import type { Finding } from '../../src/maas-image/verify/finding.ts';
import { verifyImage } from '../../src/maas-image/verify.ts';
import { type MaasImageAnswers, maasImageAnswers } from '../../src/workflows/maas-image/answers.ts';
import { testEdges } from '../maas-image/edges.ts';
import { bringUpScript, networkCases } from './guest-network.ts';
import { debianMirrors, missingFor } from './image-needs.ts';
import { inContainer } from './stand-in-container.ts';

const missing = missingFor([
  'mmdebstrap',
  'pigz',
  'arch-test',
  'gpgv',
  'qemu-system-x86_64',
  'mke2fs',
  'ssh',
  'ssh-keygen',
  'python3',
]);

const CASES = [
  ...networkCases(resolve(import.meta.dirname, '../maas-image/cases/network')),
  ...networkCases(resolve(import.meta.dirname, '../../../shared/netcfg')),
];
/** Several times what they take alone on two cores: they are shared. */
const BUILD = 600_000;
const BOOT = 1_500_000;
/** Seconds since 1970 that all times in the image are cut to. */
const EPOCH = '1700000000';

describe.skipIf(missing !== undefined)(`a plain image of Debian 13${missing ? ` (${missing})` : ''}`, () => {
  let folder: string;
  let manifest: Manifest;
  let answers: MaasImageAnswers;
  const image = (): string => join(folder, 'plain.tar.gz');
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'image-system-'));
    answers = maasImageAnswers.parse({
      ...debianMirrors(),
      proxmox: 'none',
      output: image(),
      work_dir: join(folder, 'work'),
    });
    const variables = { ...process.env, SOURCE_DATE_EPOCH: EPOCH };
    manifest = await buildImage(answers, testEdges({ variables }));
  }, BUILD);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('has a manifest that says what is in it', () => {
    const { kernels, packages, tarball, times } = manifest;
    expect(kernels).toHaveLength(1);
    expect(packages.map(({ name }) => name)).toContain(`linux-image-${kernels[0]}`);
    expect(tarball.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(times.phases.map(({ phase }) => phase)).toEqual([
      'prepare',
      'index',
      'download-base',
      'base',
      'download',
      'install',
      'setup',
      'pack',
    ]);
    expect(JSON.parse(readFileSync(join(folder, 'plain.manifest.json'), 'utf8'))).toEqual(manifest);
  });

  test('comes out of the docker engine the same to the last byte, with the same manifest', {
    timeout: BUILD,
  }, async () => {
    const rendered = join(folder, 'rendered');
    await renderEngine({ ...answers, engine: 'docker' }, rendered, testEdges());
    const { code, output } = await inContainer('exec /rendered/entrypoint', {
      folder,
      mounts: {
        [rendered]: '/rendered',
        [join(rendered, 'recipe')]: '/source',
        [mkdtempSync(`${rendered}-`)]: '/output',
      },
      env: { SOURCE_DATE_EPOCH: EPOCH, OUTPUT: 'plain.tar.gz' },
    });
    expect(output).toBe('');
    expect(code).toBe(0);
    const [results = ''] = readdirSync(folder).filter((name) => name.startsWith('rendered-'));
    const file = join(folder, results, 'plain.manifest.json');
    const { times: _, engine, ...same } = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
    const { times: __, engine: ___, ...wanted } = manifest;
    expect(engine).toBe('docker');
    expect(same).toEqual(wanted);
  });

  test('passes every check of verify', { timeout: 120_000 }, async () => {
    const findings = await verifyImage(image(), testEdges());
    expect(findings.filter(({ severity }) => severity !== 'pass')).toEqual([]);
  });

  describe('booted in QEMU', () => {
    let findings: Finding[];
    let results: Map<string, string>;
    beforeAll(async () => {
      const edges = testEdges();
      await withBooted(image(), { edges }, async (guest) => {
        findings = await checkGuest(guest, edges);
        const { stdout } = await guest.run('sh -s', { input: bringUpScript(CASES) });
        const parts = stdout.split(/^RESULT /m).slice(1);
        results = new Map(
          parts.map((part) => [part.split(' ')[0] ?? '', part.slice(part.indexOf(' ') + 1).trim()]),
        );
      });
    }, BOOT);

    test('comes up with its network, and nothing failed', () => {
      expect(findings.filter(({ severity }) => severity !== 'pass')).toEqual([]);
      expect(findings.map(({ id }) => id)).toEqual(['ssh', 'cloud-init', 'network', 'hosts', 'units']);
    });

    test.each(CASES.map(({ name }) => name))('ifupdown2 brings up %s', (name) => {
      expect(results.get(name)).toBe('ok');
    });
  });
});
