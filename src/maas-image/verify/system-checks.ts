import type { ImageContents } from '../image-contents.ts';
import { type Check, fail, hasProxmoxIn, pass, warn } from './finding.ts';

/** MAAS' own limit does not exist; ephemeral systems unpack over the network, and 4 GB take minutes. */
const LARGE = { compressed: 2.5e9, unpacked: 8e9 } as const;

export const systemChecks: readonly Check[] = [
  {
    id: 'system',
    title: 'Debian',
    run(image) {
      const release = image.text('etc/os-release') ?? image.text('usr/lib/os-release') ?? '';
      const name = /^PRETTY_NAME="?([^"\n]*)/m.exec(release)?.[1];
      if (name === undefined)
        return fail('there is no /etc/os-release', 'this is not the root of a Linux system');
      const codename = /^VERSION_CODENAME=(\S+)/m.exec(release)?.[1] ?? '';
      return /^ID=debian$/m.test(release)
        ? pass(`${name}${codename && !name.includes(codename) ? ` (${codename})` : ''}`)
        : fail(`it is ${name}, not Debian`, 'Proxmox VE 9 needs Debian 13');
    },
  },
  {
    id: 'resolv-conf',
    title: 'resolv.conf',
    run(image) {
      const entry = image.entries.get('etc/resolv.conf');
      const servers = [...(image.text('etc/resolv.conf') ?? '').matchAll(/^nameserver\s+(\S+)/gm)].map(
        ([, one]) => one,
      );
      if (!entry)
        return warn(
          '/etc/resolv.conf is missing',
          'older curtins want to move it away: make it an empty file',
        );
      return servers.length === 0
        ? pass('no name servers of the machine that built it')
        : fail(`it has name servers: ${servers.join(', ')}`, 'empty it; the hook writes what MAAS says');
    },
  },
  {
    id: 'sources',
    title: 'Package sources',
    run: checkSources,
  },
  {
    id: 'network',
    title: 'Network is left to the hook',
    run(image) {
      const disabled = [...image.entries.keys()].some(
        (path) =>
          /^etc\/cloud\/cloud\.cfg(\.d\/.*\.cfg)?$/.test(path) &&
          /^\s*network:\s*(\{\s*config:\s*disabled|\n\s+config:\s*disabled)/m.test(image.text(path) ?? ''),
      );
      const netplan = [...image.entries.keys()].filter((path) => /^etc\/netplan\/.*\.yaml$/.test(path));
      if (netplan.length > 0)
        return fail(`netplan has a config: ${netplan.join(', ')}`, 'remove it: two would set up the network');
      return disabled
        ? pass('cloud-init leaves the network alone')
        : fail(
            'cloud-init would set up the network, too',
            'add `network: {config: disabled}` to /etc/cloud/cloud.cfg.d',
          );
    },
  },
  {
    id: 'size',
    title: 'Size',
    run({ bytes, unpacked, compression }) {
      const message = `${megabytes(bytes)}, unpacked ${megabytes(unpacked)}`;
      if (compression === 'zst')
        return fail(`${message}; curtin cannot unpack zst from a URL`, 'compress it with pigz');
      if (compression === 'none')
        return warn(`${message}, not compressed`, 'compress it with pigz: MAAS takes tgz, tbz and txz');
      return bytes > LARGE.compressed || unpacked > LARGE.unpacked
        ? warn(`${message}: large`, 'look for what need not be in it')
        : pass(message);
    },
  },
];

function checkSources(image: ImageContents) {
  const files = [...image.entries.keys()].filter((path) =>
    /^etc\/apt\/(sources\.list|sources\.list\.d\/.*\.(list|sources))$/.test(path),
  );
  const texts = files.map((path) => image.text(path) ?? '');
  const lines = texts.flatMap((text) => text.split('\n')).filter((line) => !line.startsWith('#'));
  const uris = lines.flatMap((line) => line.match(/\b(?:https?|file|copy|cdrom|ftp):[^\s\]]*/g) ?? []);
  if (!uris.some((uri) => /debian\/?$/.test(uri))) {
    return fail('apt has no source for Debian', 'add /etc/apt/sources.list.d/debian.sources');
  }
  const keys = lines.flatMap(
    (line) => /^Signed-By:\s*(\/\S+)/.exec(line)?.[1] ?? /signed-by=(\/[^\s\]]+)/.exec(line)?.[1] ?? [],
  );
  const gone = keys.filter((path) => !image.entries.has(path.slice(1)));
  if (gone.length > 0)
    return fail(
      `keys that sources name are not there: ${gone.join(', ')}`,
      'add them, or apt refuses these sources',
    );
  const twice = files.filter((path) => /\/0000[^/]*$/.test(path));
  if (twice.length > 0)
    return fail(
      `a source is left of the build: ${twice.join(', ')}`,
      'remove it: apt would read sources twice',
    );
  const local = uris.filter((uri) => /^(file|copy|cdrom):|\/\/(localhost|127\.|\[::1\])/.test(uri));
  if (local.length > 0)
    return warn(`a node cannot reach ${local.join(', ')}`, 'name a mirror that nodes reach');
  if (hasProxmoxIn(image) && !lines.some((line) => /\bpve-(no-subscription|enterprise|test)\b/.test(line))) {
    return warn('apt has no source for Proxmox VE', 'add one: nodes would get no updates of it');
  }
  return pass([...new Set(uris)].join(', '));
}

function megabytes(bytes: number): string {
  return bytes < 10e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.round(bytes / 1e6)} MB`;
}
