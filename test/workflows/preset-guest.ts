import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { assetPath } from '../../src/assets.ts';

/** A folder that a preset's script takes for a guest's root, with stand-ins for what it calls. */
export interface PresetGuest {
  write(file: string, text: string): void;
  read(file: string): string | undefined;
  /** A program in the guest's PATH: a shell script. `$STATE` is a folder that all of them share. */
  program(name: string, script: string): void;
  /** Runs a script of the presets with the real shell. */
  run(script: string, variables?: Record<string, string>): { status: number | null; output: string };
  /** Lines that the stand-ins have written. */
  calls(): string[];
  remove(): void;
}

export function presetGuest(settings: Record<string, string>): PresetGuest {
  const folder = mkdtempSync(path.join(tmpdir(), 'proxwright-guest-'));
  const root = path.join(folder, 'root');
  const bin = path.join(folder, 'bin');
  const state = path.join(folder, 'state');
  for (const each of [root, bin, state]) mkdirSync(each);
  const guest: PresetGuest = {
    write(file, text) {
      mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      writeFileSync(path.join(root, file), text);
    },
    read: (file) =>
      existsSync(path.join(root, file)) ? readFileSync(path.join(root, file), 'utf8') : undefined,
    program(name, script) {
      writeFileSync(path.join(bin, name), `#!/bin/sh\necho "${name} $*" >>"$STATE/calls"\n${script}\n`);
      chmodSync(path.join(bin, name), 0o755);
    },
    run(script, variables = {}) {
      const { status, stdout, stderr } = spawnSync('sh', [assetPath(`presets/${script}`)], {
        encoding: 'utf8',
        timeout: 20_000,
        env: {
          PATH: `${bin}:/usr/bin:/bin`,
          STATE: state,
          PROXWRIGHT_ROOT: root,
          PROXWRIGHT_PAUSE: '0.01',
          ...variables,
        },
      });
      return { status, output: stdout + stderr };
    },
    calls: () => {
      const file = path.join(state, 'calls');
      return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name}="${value}"`);
  guest.write('etc/proxwright/preset.env', `${lines.join('\n')}\n`);
  // Time passes as the scripts say, not as the clock does.
  guest.program('sleep', ':');
  return guest;
}

/** curl as far as a script asks other servers: `ours` are of this cluster, `others` only speak like one. */
export function peersCurl({ ours = [], others = [] }: { ours?: string[]; others?: string[] }): string {
  const is = (hosts: string[]) => (hosts.length === 0 ? '""' : hosts.map((host) => `${host}`).join('|'));
  return `
to= out=/dev/null url=
while [ $# -gt 0 ]; do
  case $1 in
    --connect-to) to=$(echo "$2" | cut -d: -f3); shift ;;
    --output) out=$2; shift ;;
    --connect-timeout|--max-time|--cacert|--header|--request) shift ;;
    --*) ;;
    *) url=$1 ;;
  esac
  shift
done
host=$to
[ -n "$host" ] || host=$(echo "$url" | sed 's,^https://,,; s,:6443/.*,,')
case $url in
  */cacerts) case $host in ${is([...ours, ...others])}) echo ca >"$out"; exit 0 ;; esac ;;
  */cluster-info) case $host in ${is([...ours, ...others])}) echo '{"data":{"kubeconfig":"    certificate-authority-data: Y2E="}}'; exit 0 ;; esac ;;
  *) case $host in ${is(ours)}) exit 0 ;; esac ;;
esac
exit 7`;
}
