import { hasProxmox, type ImageSpec } from './image-spec.ts';

export interface Source {
  uri: string;
  suites: readonly string[];
  component: string;
  keyring: string;
  file: string;
}

const PROXMOX_REPOSITORIES: Readonly<Record<string, { uri: string; component: string }>> = {
  'no-subscription': { uri: 'http://download.proxmox.com/debian/pve', component: 'pve-no-subscription' },
  enterprise: { uri: 'https://enterprise.proxmox.com/debian/pve', component: 'pve-enterprise' },
};

export const DEBIAN_KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
/** Where the package proxmox-archive-keyring has it, too. */
export const PROXMOX_KEYRING = '/usr/share/keyrings/proxmox-archive-keyring.gpg';

/** Where packages come from, with the paths of the keys inside the image. */
export function imageSources(spec: ImageSpec): Source[] {
  const { release } = spec;
  const debian = { component: 'main', keyring: DEBIAN_KEYRING, file: 'debian' };
  const known = PROXMOX_REPOSITORIES[spec.proxmox];
  return [
    { ...debian, uri: spec.mirror, suites: [release, `${release}-updates`] },
    { ...debian, uri: spec.security_mirror, suites: [`${release}-security`] },
    ...(hasProxmox(spec)
      ? [
          {
            uri: known?.uri ?? spec.proxmox,
            suites: [release],
            component: known?.component ?? 'pve-no-subscription',
            keyring: PROXMOX_KEYRING,
            file: 'proxmox',
          },
        ]
      : []),
  ];
}

/** One-line style, which mmdebstrap takes: `keys` are the files of this machine by those of the image. */
export function oneLineSources(sources: readonly Source[], keys: ReadonlyMap<string, string>): string {
  return sources
    .flatMap(({ uri, suites, component, keyring }) =>
      suites.map((suite) => `deb [signed-by=${keys.get(keyring) ?? keyring}] ${uri} ${suite} ${component}\n`),
    )
    .join('');
}

/** The `.sources` files of the image by their names. */
export function sourceFiles(sources: readonly Source[]): Map<string, string> {
  const files = new Map<string, string>();
  for (const { uri, suites, component, keyring, file } of sources) {
    const entry = `Types: deb\nURIs: ${uri}\nSuites: ${suites.join(' ')}\nComponents: ${component}\nSigned-By: ${keyring}\n`;
    const before = files.get(file);
    files.set(file, before === undefined ? entry : `${before}\n${entry}`);
  }
  return files;
}
