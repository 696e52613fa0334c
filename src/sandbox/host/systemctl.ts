import { SERVICES } from '../api/node-facts.ts';
import type { UnitState } from '../state/conditions.ts';
import { isContainer } from '../state/containers.ts';
import type { World } from '../world.ts';
import { failed, type HostResult, type Invocation, ok, splitOptions } from './result.ts';
import { addedUnits, endProcess, startProcess } from './unit-files.ts';

/** Units that a node comes with, beside those of its API. */
const UNITS: readonly string[] = [
  ...SERVICES,
  'ssh',
  'frr',
  'networking',
  'systemd-networkd',
  'systemd-networkd-wait-online',
  'pve-guests',
].map((name) => `${name}.service`);

const INACTIVE = [
  'corosync',
  'systemd-timesyncd',
  'pve-lxc-syscalld',
  'frr',
  'syslog',
  'systemd-networkd',
].map((name) => `${name}.service`);

/** A unit as systemd knows it: what a node comes with, and what was done to it since. */
export function unitState(world: World, node: string, unit: string): UnitState {
  const isCorosync = unit === 'corosync.service';
  const active = !INACTIVE.includes(unit) || (isCorosync && world.nodes.names.length > 1);
  const own = UNITS.includes(unit) && !isContainer(node);
  const healthy: UnitState = own
    ? { load: 'loaded', active: active ? 'active' : 'inactive', enabled: active ? 'enabled' : 'disabled' }
    : addedUnits(world, node).includes(unit)
      ? { load: 'loaded', active: 'inactive', enabled: 'disabled' }
      : { load: 'not-found', active: 'inactive', enabled: '' };
  return { ...healthy, ...world.conditions.node(node).units?.[unit] };
}

/** What is asked for is answered, and what is changed stays changed. */
export function systemctl(invocation: Invocation): HostResult {
  const { options, operands } = splitOptions(invocation.args, ['-t', '-p', '--type']);
  const [verb = 'list-units', ...names] = operands;
  const units = names.map((name) => (/\.\w+$/.test(name) ? name : `${name}.service`));
  const asked = {
    invocation,
    units,
    stateOf: (unit: string) => unitState(invocation.world, invocation.node, unit),
  };
  switch (verb) {
    case 'is-active':
      return isActive(asked);
    case 'is-enabled':
      return isEnabled(asked);
    case 'list-units':
      return listUnits(asked, options.has('--failed') ? 'failed' : 'active');
    case 'show':
      return ok(units.map((unit) => properties(unit, asked.stateOf(unit))).join('\n'));
    case 'daemon-reload':
      return reload(asked);
    case 'is-system-running':
      return ok('running\n');
    case 'try-restart':
      return change(
        'restart',
        { ...asked, units: units.filter((unit) => asked.stateOf(unit).active === 'active') },
        false,
      );
    default:
      return change(verb, asked, options.has('--now'));
  }
}

interface Asked {
  invocation: Invocation;
  units: readonly string[];
  stateOf(unit: string): UnitState;
}

function isActive({ units, stateOf }: Asked): HostResult {
  const states = units.map((unit) => stateOf(unit).active);
  if (states.includes('active')) return ok(`${states.join('\n')}\n`);
  const there = stateOf(units[0] ?? '').load !== 'not-found';
  return failed(there ? 3 : 4, '', `${states.join('\n')}\n`);
}

function isEnabled({ units, stateOf }: Asked): HostResult {
  const states = units.map((unit) => {
    const { load, enabled } = stateOf(unit);
    return load === 'not-found' ? 'not-found' : enabled;
  });
  const text = `${states.join('\n')}\n`;
  return states.every((state) => state === 'enabled') ? ok(text) : failed(1, '', text);
}

function listUnits({ invocation, stateOf }: Asked, wanted: UnitState['active']): HostResult {
  const changed = Object.keys(invocation.world.conditions.node(invocation.node).units ?? {});
  const all = [...new Set([...UNITS, ...changed])].filter((unit) => stateOf(unit).active === wanted);
  const state = wanted === 'failed' ? 'loaded failed failed ' : 'loaded active running';
  return ok(all.map((unit) => `  ${unit} ${state} ${unit.replace(/\.\w+$/, '')}\n`).join(''));
}

function properties(unit: string, { load, active, enabled, pid }: UnitState): string {
  return `Id=${unit}\nLoadState=${load}\nActiveState=${active}\nUnitFileState=${enabled}\nMainPID=${active === 'active' ? (pid ?? 1) : 0}\n`;
}

/** What was done to units that are gone meanwhile is forgotten; a mask is a file of its own. */
function reload({ invocation: { world, node } }: Asked): HostResult {
  for (const [unit, { load }] of Object.entries(world.conditions.node(node).units ?? {})) {
    const known = load !== undefined || UNITS.includes(unit) || addedUnits(world, node).includes(unit);
    if (!known) world.conditions.forgetUnit(node, unit);
  }
  return ok();
}

const CHANGES: Readonly<Record<string, Partial<UnitState>>> = {
  start: { active: 'active' },
  restart: { active: 'active' },
  'reload-or-restart': { active: 'active' },
  reload: {},
  stop: { active: 'inactive' },
  'reset-failed': { active: 'inactive' },
  enable: { enabled: 'enabled' },
  disable: { enabled: 'disabled' },
  mask: { load: 'masked', enabled: 'masked' },
  unmask: { load: 'loaded', enabled: 'disabled' },
};

const WITH_NOW: Readonly<Record<string, Partial<UnitState>>> = {
  enable: { active: 'active' },
  disable: { active: 'inactive' },
  mask: { active: 'inactive' },
};

function change(
  verb: string,
  { invocation: { world, node }, units, stateOf }: Asked,
  now: boolean,
): HostResult {
  const done = CHANGES[verb];
  if (!done) return failed(1, `Unknown command verb '${verb}'.`);
  for (const unit of units) {
    const { load, enabled, active, pid } = stateOf(unit);
    if (verb === 'mask') {
      // Also a unit that is not there: its name is taken.
      world.conditions.changeUnit(node, unit, { ...done, active: now ? 'inactive' : active });
      continue;
    }
    if (verb === 'unmask' && !addedUnits(world, node).includes(unit) && !UNITS.includes(unit)) {
      world.conditions.forgetUnit(node, unit);
      continue;
    }
    if (load === 'not-found') return failed(5, `Failed to ${verb} ${unit}: Unit ${unit} not found.`);
    const starts = ['start', 'restart', 'enable', 'reload-or-restart'].includes(verb);
    if (enabled === 'masked' && starts)
      return failed(1, `Failed to ${verb} ${unit}: Unit ${unit} is masked.`);
    if (verb === 'reload' && stateOf(unit).active !== 'active')
      return failed(1, `Failed to reload ${unit}: Unit ${unit} is not active.`);
    const next = { ...done, ...(now ? WITH_NOW[verb] : {}) };
    if (next.active !== undefined) endProcess(world, node, pid);
    const started = next.active === 'active' && addedUnits(world, node).includes(unit);
    const process =
      next.active === undefined ? {} : { pid: started ? startProcess(world, node, unit) : undefined };
    world.conditions.changeUnit(node, unit, { ...next, ...process });
  }
  return ok();
}
