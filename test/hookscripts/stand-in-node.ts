import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface StandInNode {
  folder: string;
  /** Snippets of every storage: `local:snippets/x.pl` and `nas:snippets/x.pl` are the same file. */
  snippets: string;
  /** A command of the node's, as a shell script. */
  command(name: string, body: string): void;
  /** What `qm config 910` prints. */
  config(lines: Readonly<Record<string, string>>): void;
  /** Runs a hookscript in a real perl, as Proxmox VE would for guest 910. */
  hook(file: string, phase: string): { status: number | null; stdout: string; stderr: string };
  remove(): void;
}

/** What a hookscript finds on a node: `qm`, `pvesm`, and a folder of snippets. */
export function standInNode(): StandInNode {
  const folder = mkdtempSync(path.join(tmpdir(), 'proxwright-node-'));
  const snippets = path.join(folder, 'snippets');
  for (const name of [snippets, path.join(folder, 'bin')]) mkdirSync(name);
  const command = (name: string, body: string): void =>
    writeFileSync(path.join(folder, 'bin', name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  command('pvesm', `[ "$1" = path ] && echo "${snippets}/\${2##*/}"`);
  command('qm', `[ "$1 $2" = "config 910" ] && cat ${folder}/conf`);
  return {
    folder,
    snippets,
    command,
    config(lines) {
      const text = Object.entries(lines).map(([key, value]) => `${key}: ${value}\n`);
      writeFileSync(path.join(folder, 'conf'), text.join(''));
    },
    hook(file, phase) {
      const { status, stdout, stderr } = spawnSync('perl', [file, '910', phase], {
        encoding: 'utf8',
        env: { PATH: `${path.join(folder, 'bin')}:/usr/bin:/bin` },
      });
      return { status, stdout, stderr };
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** As Proxmox VE keeps notes in a line of a guest's config. */
export function encodedNotes(lines: readonly string[]): string {
  return encodeURIComponent(lines.join('\n')).replaceAll("'", '%27');
}

/** An executable shell script. */
export function writeScript(file: string, body: string, mode = 0o755): void {
  writeFileSync(file, `#!/bin/sh\n${body}\n`);
  chmodSync(file, mode);
}

/** Command lines of processes in which a text occurs, our own and zombies left out. */
export function processesWith(text: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .flatMap((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        return line.includes(text) ? [`${pid} ${line}`] : [];
      } catch {
        // It has ended meanwhile.
        return [];
      }
    });
}
