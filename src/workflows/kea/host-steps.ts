import { readAsset } from '../../assets.ts';
import type { Facts } from '../../facts/facts.ts';
import type { ProgramFacts } from '../../facts/facts-kea.ts';
import type { Step } from '../../plan/step.ts';
import type { AgentPlace } from '../../steps/agent-place.ts';
import type { KeaAnswers } from './answers.ts';
import {
  keaPackages,
  LINK,
  OVS,
  OVS_UNITS,
  PROFILE,
  PROFILE_PATH,
  PROGRAM,
  STATUS,
  serviceOf,
  TAKE_DOWN,
  UNIT,
  UNIT_PATH,
} from './places.ts';
import { unitText, variablesOf } from './unit.ts';

export type ProgramFile = Exclude<ProgramFacts, { problem: string }>;

/** Kea and the agent on a node itself: packages with their own services masked, profile, program, unit. */
export function hostSteps(
  answers: KeaAnswers,
  node: string,
  { facts, program }: { facts: Facts; program: ProgramFile },
): Step[] {
  const seen = facts.kea?.find((other) => other.node === node);
  const place: AgentPlace = { node };
  const service = serviceSteps(answers, { place, where: `on ${node}`, program, needs: [] });
  if (seen?.apparmor !== 'on') return service;
  // Debian's own profile for Kea knows one socket and one lease file; ours is there before the agent starts.
  const profile: Step = {
    id: `install profile on ${node}`,
    title: `load the AppArmor profile for Kea on ${node}`,
    verb: 'install-profile',
    args: { node, profile: PROFILE, path: PROFILE_PATH, content: readAsset('kea/apparmor') },
    needs: service.filter(({ verb }) => verb === 'install-packages').map(({ id }) => id),
    uses: { node },
  };
  return service.flatMap((step) =>
    step.verb === 'install-unit' ? [profile, { ...step, needs: [...step.needs, profile.id] }] : [step],
  );
}

/** Where an agent is put, what goes there, and after which steps. */
export interface Site {
  place: AgentPlace;
  /** For titles: `on pve1`, `in kea-pve1`. */
  where: string;
  program: ProgramFile;
  needs: readonly string[];
  /** The node of this container has bridges of Open vSwitch, which its command joins. */
  openvswitch?: boolean;
}

/** What is the same on a node and in a container: masked services, packages, program, unit. */
export function serviceSteps(
  answers: KeaAnswers,
  { place, where, program, needs, openvswitch = false }: Site,
): Step[] {
  const { node } = place;
  const packages = keaPackages(answers);
  const units = [...packages.map(serviceOf), ...(openvswitch ? OVS_UNITS : [])];
  const masks = units.map(
    (unit): Step => ({
      id: `mask ${unit} ${where}`,
      title: `mask Debian's own ${unit.replace('.service', '')} ${where}`,
      verb: 'mask-unit',
      args: { ...place, unit },
      needs,
      uses: { node },
    }),
  );
  const install: Step = {
    id: `install Kea ${where}`,
    title: `install ${packages.join(' and ')} ${where}`,
    verb: 'install-packages',
    // util-linux and iproute2 are on every Debian; a container's template may be a small one.
    args: {
      ...place,
      packages: place.container
        ? [...packages, 'iproute2', 'util-linux', ...(openvswitch ? [OVS] : [])]
        : packages,
    },
    needs: masks.map(({ id }) => id),
    uses: { node },
  };
  const inside = place.container !== undefined;
  const copy = programStep(place, { where, program, path: PROGRAM, link: LINK, unit: UNIT, needs });
  const { variables, stamp } = variablesOf(answers, { node, program: program.sha256, inside });
  const unit: Step = {
    id: `run the agent ${where}`,
    title: `start the Kea agent ${where}`,
    verb: 'install-unit',
    args: {
      ...place,
      unit: UNIT,
      path: UNIT_PATH,
      content: unitText(variables),
      stamp,
      leave: [...TAKE_DOWN],
      look: [...STATUS],
    },
    needs: [install.id, copy.id],
    uses: { node },
  };
  return [...masks, install, copy, unit];
}

export function programStep(
  place: AgentPlace,
  {
    where,
    program,
    path,
    link,
    unit,
    needs,
  }: {
    where: string;
    program: ProgramFile;
    path: string;
    link: string | null;
    unit: string | null;
    needs: readonly string[];
  },
): Step {
  const { sha256, size, path: source } = program;
  return {
    id: `install the program ${where}`,
    title: `put a copy of proxwright ${where} (${Math.max(1, Math.round(size / 1e6))} MB)`,
    verb: 'install-program',
    args: { ...place, source, sha256, size, path, link, unit },
    needs,
    uses: { node: place.node },
  };
}
