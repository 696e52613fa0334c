import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { renderEngine } from '../../src/maas-image/render.ts';
import { maasImageAnswers } from '../../src/workflows/maas-image/answers.ts';
import { testEdges } from '../maas-image/edges.ts';
import { missingFor } from './image-needs.ts';
import { inContainer } from './stand-in-container.ts';

const missing = missingFor(['ansible-playbook']);
const missingPacker = missingFor(['packer']);

/**
 * Debian's packer is 1.6, which brings its plug-ins along and knows neither the block that names them nor the template's
 * way to hand out cloud-init's seed; all else of the template it reads, evaluates and checks.
 */
describe.skipIf(missingPacker !== undefined)(
  `the template of the packer engine${missingPacker ? ` (${missingPacker})` : ''}`,
  () => {
    let folder: string;
    beforeEach(async () => {
      folder = mkdtempSync(path.join(tmpdir(), 'image-packer-'));
      const answers = maasImageAnswers.parse({ engine: 'packer', proxmox: 'none' });
      await renderEngine(answers, folder, testEdges());
      const image = 'debian-13-genericcloud-amd64.qcow2';
      writeFileSync(path.join(folder, image), 'a disk');
      const sum = createHash('sha512').update('a disk').digest('hex');
      writeFileSync(path.join(folder, 'SHA512SUMS'), `${sum}  ${image}\n`);
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    test('is one that packer understands', () => {
      expect(validate((text) => text)).toEqual({ status: 0, said: '' });
    });

    test.each([
      ['a variable that nobody declares', (text: string) => text.replace('var.accelerator', 'var.accel')],
      ['a setting that the builder does not have', (text: string) => text.replace('cpus ', 'cores ')],
    ])('%s is seen', (_, change) => {
      expect(validate(change).status).toBe(1);
    });

    function validate(change: (text: string) => string): { status: number | null; said: string } {
      const file = path.join(folder, 'image.pkr.hcl');
      const text = readFileSync(file, 'utf8')
        .replace(/^packer \{[\s\S]*?^\}\n/m, '')
        .replace(/^ {2}http_content = \{[\s\S]*?^ {2}\}\n/m, '')
        .replace(/"https:\/\/cloud\.debian\.org\/[^"]*"/, JSON.stringify(folder));
      writeFileSync(file, change(text));
      const env = {
        PATH: process.env.PATH,
        HOME: folder,
        CHECKPOINT_DISABLE: '1',
        PKR_VAR_output: path.join(folder, 'image.tar.gz'),
        PKR_VAR_builder_password: 'a password',
      };
      const argv = ['validate', '-machine-readable', '.'];
      const { status, stdout, stderr } = spawnSync('packer', argv, { cwd: folder, env, encoding: 'utf8' });
      return { status, said: stdout + stderr };
    }
  },
);

/** What packer hands to ansible is run here, with a recipe that is done at once. */
describe.skipIf(missing !== undefined)(
  `the playbook of the packer engine${missing ? ` (${missing})` : ''}`,
  () => {
    let folder: string;
    beforeAll(async () => {
      folder = mkdtempSync(path.join(tmpdir(), 'image-packer-'));
      const answers = maasImageAnswers.parse({ engine: 'packer', proxmox: 'none' });
      await renderEngine(answers, path.join(folder, 'rendered'), testEdges());
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    test('is one that ansible understands', () => {
      const out = execFileSync('ansible-playbook', ['--syntax-check', '-i', 'localhost,', 'playbook.yml'], {
        cwd: path.join(folder, 'rendered'),
        encoding: 'utf8',
      });
      expect(out).toContain('playbook: playbook.yml');
    });

    test('brings the recipe in and the three results out, with the time that was asked for', {
      timeout: 300_000,
    }, async () => {
      const bin = path.join(folder, 'bin');
      mkdirSync(bin);
      mkdirSync(path.join(folder, 'out'));
      tool(path.join(bin, 'cloud-init'), '[ "$*" = "status --wait" ] && exit 2');
      tool(
        path.join(folder, 'rendered/recipe/build'),
        '[ -x /recipe/command ] || exit 9\nfor name in tar.gz manifest.json log; do echo "$SOURCE_DATE_EPOCH $1" > "/var/tmp/image.$name"; done',
      );
      const extra = JSON.stringify({ output: '/out/node.tar.gz', source_date_epoch: '1700000000' });
      const { code, output } = await inContainer(
        `export PATH="/stubs:$PATH" HOME=/root
      cd /rendered && ansible-playbook -i localhost, -c local --extra-vars '${extra}' playbook.yml`,
        {
          folder,
          mounts: {
            [bin]: '/stubs',
            [path.join(folder, 'rendered')]: '/rendered',
            [path.join(folder, 'out')]: '/out',
          },
        },
      );
      expect(output).toMatch(/failed=0/);
      expect(code).toBe(0);
      for (const name of ['node.tar.gz', 'node.manifest.json', 'node.log'])
        expect(readFileSync(path.join(folder, 'out', name), 'utf8')).toBe(
          '1700000000 /var/tmp/image.tar.gz\n',
        );
    });
  },
);

function tool(file: string, script: string): void {
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}
