import { failed, type HostResult, type Invocation, ok, type Program, splitOptions } from './result.ts';

export const packagePrograms: Readonly<Record<string, Program>> = { dpkg, 'dpkg-query': query };

/** What a node of Proxmox VE 9.2 has installed, of all that anybody asks for here. */
const INSTALLED: Readonly<Record<string, string>> = {
  chrony: '4.6.1-3',
  ifupdown2: '3.3.0-1+pmx11',
  lvm2: '2.03.31-2',
  openssl: '3.5.4-1',
  'pve-edk2-firmware-ovmf': '4.2025.05-2',
  'pve-manager': '9.2.11',
  'qemu-server': '9.2.6',
  virtiofsd: '1.13.2-1',
};

/** `dpkg-query -W [-f …] NAME…`: one line for each that is installed, 1 where one is not. */
function query({ args }: Invocation): HostResult {
  const { options, operands } = splitOptions(args, ['-f']);
  const format = options.get('-f') ?? (options.get('--showformat') || '${Package}\t${Version}\n');
  const lines: string[] = [];
  const wrong: string[] = [];
  for (const name of operands) {
    const version = INSTALLED[name];
    if (version) lines.push(fill(format, name, version));
    else wrong.push(`dpkg-query: no packages found matching ${name}`);
  }
  return wrong.length === 0 ? ok(lines.join('')) : failed(1, wrong.join('\n'), lines.join(''));
}

function fill(format: string, name: string, version: string): string {
  const values: Readonly<Record<string, string>> = {
    Package: name,
    'binary:Package': name,
    Version: version,
    'db:Status-Status': 'installed',
  };
  return format
    .replace(/\$\{([^}]+)\}/g, (whole, key: string) => values[key] ?? whole)
    .replaceAll('\\n', '\n')
    .replaceAll('\\t', '\t');
}

/** All is whole, unless the node is in a condition that says otherwise; `--configure -a` ends that. */
function dpkg({ world, node, args }: Invocation): HostResult {
  if (args.includes('--configure')) {
    world.conditions.unsay(node, 'dpkg --audit');
    return ok();
  }
  return args.includes('--audit') ? ok() : failed(2, `dpkg: error: unknown option ${args[0] ?? ''}`);
}
