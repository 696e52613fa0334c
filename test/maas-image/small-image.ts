import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BOOT_AMD64, FOR_CURTIN } from '../../src/maas-image/packages.ts';
import { ASSETS } from './edges.ts';

/** A root filesystem of a few small files that passes every check of `image verify`, and ways to spoil it. */
export class SmallImage {
  readonly root: string;
  readonly file: string;
  packages = [
    ...FOR_CURTIN,
    ...BOOT_AMD64,
    'openssh-server',
    'ifupdown2',
    'linux-image-6.12.1-amd64',
  ] as string[];

  constructor(folder: string) {
    this.root = join(folder, 'root');
    this.file = join(folder, 'image.tar.gz');
    this.put(
      'etc/os-release',
      'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nID=debian\nVERSION_CODENAME=trixie\n',
    );
    this.put('etc/machine-id', '');
    this.put('etc/resolv.conf', '');
    this.put('etc/shadow', 'root:*:20000:0:99999:7:::\n');
    this.put('boot/vmlinuz-6.12.1-amd64', 'kernel');
    this.put('boot/initrd.img-6.12.1-amd64', 'initrd');
    this.put('usr/lib/modules/6.12.1-amd64/modules.dep', '');
    this.put('usr/share/keyrings/debian-archive-keyring.gpg', 'key');
    this.put(
      'etc/apt/sources.list.d/debian.sources',
      'Types: deb\nURIs: http://deb.debian.org/debian\nSuites: trixie\nComponents: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n',
    );
    this.put('etc/cloud/cloud.cfg.d/95.cfg', 'network: {config: disabled}\n');
    this.put('curtin/curtin-hooks', readFileSync(join(ASSETS, 'curtin-hooks'), 'utf8'), 0o755);
  }

  put(path: string, text: string, mode = 0o644): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
    chmodSync(join(this.root, path), mode);
  }

  link(path: string, to: string): void {
    rmSync(join(this.root, path), { force: true });
    symlinkSync(to, join(this.root, path));
  }

  remove(path: string): void {
    rmSync(join(this.root, path), { recursive: true, force: true });
  }

  /** `how`: tar's option for the compression. */
  pack(how = '--gzip', file = this.file): string {
    this.put(
      'var/lib/dpkg/status',
      this.packages.map((name) => `Package: ${name}\nStatus: install ok installed\nVersion: 1\n`).join('\n'),
    );
    execFileSync('tar', ['--create', how, '--file', file, '--format=pax', '-C', this.root, '.']);
    return file;
  }
}
