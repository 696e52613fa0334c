import { AVAILABLE, dependents, installed, missing, setInstalled } from './package-list.ts';
import { failed, type HostResult, type Invocation, ok, type Program, splitOptions } from './result.ts';
import { endProcess, startProcess } from './unit-files.ts';

export const packagePrograms: Readonly<Record<string, Program>> = {
  dpkg,
  'dpkg-query': query,
  'apt-get': aptGet,
  'apt-cache': aptCache,
};

/** What a real apt-get takes for a handful of packages, in milliseconds. */
const APT_MS = 5_000;

/** `dpkg-query -W [-f …] NAME…`: one line for each that is installed, 1 where one is not. */
function query({ world, node, args }: Invocation): HostResult {
  const { options, operands } = splitOptions(args, ['-f']);
  const format = options.get('-f') ?? (options.get('--showformat') || '${Package}\t${Version}\n');
  const there = installed(world, node);
  const lines: string[] = [];
  const wrong: string[] = [];
  for (const name of operands) {
    const version = there[name];
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

/** `apt-cache policy NAME…` */
function aptCache({ world, node, args: [verb, ...names] }: Invocation): HostResult {
  if (verb !== 'policy') return failed(100, `E: Invalid operation ${verb}`);
  const there = installed(world, node);
  const blocks = names
    .filter((name) => AVAILABLE[name] ?? there[name])
    .map((name) => {
      const candidate = AVAILABLE[name]?.version ?? there[name];
      return `${name}:\n  Installed: ${there[name] ?? '(none)'}\n  Candidate: ${candidate}\n  Version table:\n`;
    });
  return ok(blocks.join(''));
}

/** `apt-get update | install | purge | remove`, with `--simulate`. */
async function aptGet(invocation: Invocation): Promise<HostResult> {
  const { world, args } = invocation;
  const { options, operands } = splitOptions(args, ['-o']);
  const [verb = '', ...names] = operands;
  const simulate = options.has('--simulate') || options.has('-s');
  if (!simulate) await world.pace.wait(APT_MS);
  switch (verb) {
    case 'update':
      return ok('Reading package lists...\n');
    case 'install':
      return install(invocation, names, simulate);
    case 'purge':
    case 'remove':
      return purge(invocation, names, simulate);
    default:
      return failed(100, `E: Invalid operation ${verb}`);
  }
}

function install({ world, node }: Invocation, names: readonly string[], simulate: boolean): HostResult {
  let coming: string[];
  try {
    coming = missing(world, node, names);
  } catch (error) {
    return failed(100, (error as Error).message);
  }
  if (!simulate) {
    setInstalled(world, node, { add: coming });
    // Debian starts what it installs, unless that is masked.
    for (const unit of unitsOf(coming)) {
      if (world.conditions.node(node).units?.[unit]?.load === 'masked') continue;
      const pid = startProcess(world, node, unit);
      world.conditions.changeUnit(node, unit, { load: 'loaded', active: 'active', enabled: 'enabled', pid });
    }
  }
  const line = (name: string): string =>
    `Inst ${name} (${AVAILABLE[name]?.version} Debian:13.1/stable [amd64])\n`;
  return ok(`Reading package lists...\n${coming.map(line).join('')}`);
}

function purge({ world, node }: Invocation, names: readonly string[], simulate: boolean): HostResult {
  const going = dependents(world, node, names);
  if (!simulate) {
    setInstalled(world, node, { drop: going });
    for (const unit of unitsOf(going)) {
      const { load, pid } = world.conditions.node(node).units?.[unit] ?? {};
      endProcess(world, node, pid);
      if (load !== 'masked') world.conditions.forgetUnit(node, unit);
    }
  }
  return ok(`Reading package lists...\n${going.map((name) => `Purg ${name}\n`).join('')}`);
}

function unitsOf(names: readonly string[]): string[] {
  return names.flatMap((name) => AVAILABLE[name]?.unit ?? []);
}
