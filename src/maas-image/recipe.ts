import { join } from 'node:path';
import { BUNDLED } from './bundled.ts';
import { hasProxmox, type ImageSpec } from './image-spec.ts';
import { imagePackages, optionalPackages } from './packages.ts';
import { DEBIAN_KEYRING, imageSources, oneLineSources, PROXMOX_KEYRING, sourceFiles } from './sources.ts';

/** A build as a value: the files of the work folder, and the command. */
export interface Recipe {
  /** By paths in the work folder. */
  files: Map<string, { content: string; mode: number }>;
  argv: string[];
  env: Record<string, string>;
}

export interface RecipeContext {
  /** Reads `maas-image/…` of the bundled files. */
  asset(path: string): string;
  work: string;
  /** Seconds since 1970. */
  epoch?: number | undefined;
}

/** What mmdebstrap is told. Its tarball comes on stdout. */
export function buildRecipe(spec: ImageSpec, { asset, work, epoch }: RecipeContext): Recipe {
  const files: Recipe['files'] = new Map();
  const add = (path: string, content: string, mode = 0o644): void => void files.set(path, { content, mode });
  const at = (path: string): string => join(work, path);

  const sources = imageSources(spec);
  const keys = new Map([
    [DEBIAN_KEYRING, spec.debian_keyring],
    [PROXMOX_KEYRING, at('proxmox.gpg')],
  ]);
  add('sources.list', oneLineSources(sources, keys));
  for (const [name, text] of sourceFiles(sources)) add(`sources/${name}.sources`, text);
  for (const hook of BUNDLED.chroot) add(hook, asset(`chroot/${hook}`), 0o755);
  for (const name of BUNDLED.files) add(`files/${name}`, asset(`files/${name}`));
  add('files/curtin/curtin-hooks', asset('curtin-hooks'), 0o755);
  add('extra/list', spec.files.map(({ path, mode }, index) => `${index}\t${mode}\t${path}\n`).join(''));
  // A proxy's address may have a password in it: that is nothing for argv.
  const options = aptOptions(spec);
  if (options !== '') add('apt.conf', options, 0o600);
  if (spec.proxmox === 'enterprise') add('keep-enterprise', '');
  if (spec.debug_user) {
    const { name, password_hash, ssh_keys } = spec.debug_user;
    add('user/name', name);
    if (password_hash) add('user/password', `${name}:${password_hash}\n`, 0o600);
    if (ssh_keys.length > 0) add('user/keys', ssh_keys.map((key) => `${key.trim()}\n`).join(''));
  }

  return {
    files,
    env: {
      WORK: work,
      PROXMOX: hasProxmox(spec) ? 'yes' : 'no',
      ARCH: spec.arch,
      TMPDIR: work,
      DEBIAN_FRONTEND: 'noninteractive',
      ...(epoch === undefined ? {} : { SOURCE_DATE_EPOCH: String(epoch) }),
    },
    argv: [
      // Mounts, processes and the host name are in name spaces of their own: they are gone when the build is,
      // however it ends.
      'unshare',
      '--mount',
      '--uts',
      '--ipc',
      '--pid',
      '--fork',
      '--kill-child',
      'sh',
      '-c',
      'hostname image && exec "$@"',
      'sh',
      'mmdebstrap',
      '--verbose',
      '--mode=root',
      // Priority "required"; "important" would bring ifupdown in.
      '--variant=apt',
      '--format=tar',
      `--architectures=${spec.arch}`,
      `--include=${imagePackages(spec).join(' ')}`,
      // apt patterns (apt-patterns(7)): what matches nothing is no error; a name without a version would be one.
      ...optionalPackages(spec).map((name) => `--include=?exact-name(${name})?version(.)`),
      '--dpkgopt=force-confdef',
      '--dpkgopt=force-confold',
      // The root filesystem is thrown away when anything fails: no need to wait for the disk.
      '--dpkgopt=force-unsafe-io',
      '--aptopt=APT::Install-Recommends "false"',
      '--aptopt=Acquire::Languages "none"',
      '--aptopt=Acquire::Retries "3"',
      ...(options === '' ? [] : [`--aptopt=${at('apt.conf')}`]),
      // Our own hook does it.
      '--skip=cleanup/apt/lists,cleanup/apt/cache',
      `--essential-hook=${at('before-packages')}`,
      `--customize-hook=${at('after-packages')}`,
      spec.release,
      '-',
      at('sources.list'),
    ],
  };
}

/** apt.conf(5); mmdebstrap takes the file's lines over, and its own copy goes with the clean-up. */
function aptOptions({ apt_proxy: proxy, apt_auth_file: credentials }: ImageSpec): string {
  return [
    ...(proxy ? [`Acquire::http::Proxy "${proxy}";\n`] : []),
    ...(credentials ? [`Dir::Etc::netrc "${credentials}";\n`] : []),
  ].join('');
}
