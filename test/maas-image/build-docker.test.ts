import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CancelledError } from '../../src/errors.ts';
import { buildDocker } from '../../src/maas-image/build-docker.ts';
import { imageEdgesHere } from '../../src/maas-image/this-machine.ts';
import { maasImageAnswers } from '../../src/workflows/maas-image/answers.ts';
import { testEdges } from './edges.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'image-docker-'));
  for (const name of ['bin', 'out']) mkdirSync(join(folder, name));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a cancel ends the container, too, which is not the child of the command', async () => {
  docker('case "$*" in "compose run"*) sleep 30 & wait ;; esac');
  const cancel = new AbortController();
  const building = build(cancel.signal);
  await expect.poll(calls).toContainEqual(expect.stringMatching(/^compose run/));
  cancel.abort();
  await expect(building).rejects.toThrow(CancelledError);
  const name = /--name (\S+) image$/.exec(calls().find((call) => call.startsWith('compose run')) ?? '')?.[1];
  expect(name).toMatch(/^proxwright-image-[0-9a-f]{12}$/);
  // What an earlier one left, and this one.
  expect(calls().filter((call) => call === `rm --force ${name}`)).toHaveLength(2);
  expect(calls().at(-1)).toBe(`rm --force ${name}`);
});

test('docker without its compose is said before anything is built', async () => {
  docker('[ "$1" = compose ] && exit 1; true');
  await expect(build()).rejects.toThrow('docker has no "compose"');
  expect(calls()).toEqual(['info --format {{.ServerVersion}}', 'compose version']);
});

function build(signal = new AbortController().signal): Promise<unknown> {
  const answers = maasImageAnswers.parse({
    engine: 'docker',
    proxmox: 'none',
    output: join(folder, 'out/plain.tar.gz'),
    work_dir: folder,
  });
  const variables = { ...process.env, PATH: `${join(folder, 'bin')}:${process.env.PATH}` };
  const sendSignal = (pid: number, name: NodeJS.Signals): void => void process.kill(pid, name);
  const { start } = imageEdgesHere({ ...testEdges(), variables, sendSignal });
  return buildDocker(answers, testEdges({ start, signal }));
}

function calls(): string[] {
  return readFileSync(join(folder, 'calls'), { encoding: 'utf8', flag: 'a+' }).trim().split('\n');
}

function docker(script: string): void {
  const file = join(folder, 'bin/docker');
  writeFileSync(file, `#!/bin/sh\necho "$*" >> ${folder}/calls\n${script}\n`);
  chmodSync(file, 0o755);
}
