import { fitTransport } from '../../../butane/large.ts';
import { mergeIgnition } from '../../../butane/merge.ts';
import { specProblem } from '../../../butane/spec.ts';
import type { Secret } from '../../../plan/secret.ts';
import type { Finding } from '../../../plan/step.ts';
import type { PlanInputs } from '../../workflow.ts';
import type { PlacedGuest } from '../guests/placement.ts';
import type { PresetIgnition } from '../presets/butane.ts';
import { withMounts } from '../shares/mount-unit.ts';
import type { GroupAnswers } from './answers.ts';
import { type ButaneSource, butaneCompiler, isInlineButane, namesItsId } from './butane.ts';
import {
  completeIgnition,
  EMPTY_IGNITION,
  type IgnitionConfig,
  ignitionText,
  parseIgnition,
} from './ignition-config.ts';
import { inlineIgnition } from './rules.ts';

export interface GuestIgnition {
  /** The file for the guest. */
  content: Secret;
  /** The config as the answers give it, before what the guest must know of itself. */
  given: string;
  findings: Finding[];
}

/** The configs of a group's guests, from Butane, ready Ignition, or neither. */
export interface GroupIgnition {
  /** Concerning the group as a whole. */
  findings: Finding[];
  /** The id of a guest is part of its config. */
  fixedIds: boolean;
  of(guest: PlacedGuest): GuestIgnition;
}

export interface GroupIgnitionInputs {
  /** Of the group in the answers, `groups.0`. */
  path: string;
  inputs: PlanInputs;
  transport: 'cloud-init' | 'fw_cfg';
  /** The Flatcar release that is to read it, where it is known. */
  image: { name: string; flatcar: string } | undefined;
  /** What the group's own config is merged over. */
  preset?: PresetIgnition | undefined;
}

export function groupIgnition(group: GroupAnswers, given: GroupIgnitionInputs): GroupIgnition {
  const { path, inputs } = given;
  if (group.butane !== undefined) {
    const sources = butaneSources(group, { ...group, butane: group.butane }, given);
    const compiled = butaneCompiler(sources, group);
    return {
      findings: [],
      fixedIds: namesItsId(sources),
      of(guest) {
        const { config, findings } = compiled(guest);
        return finished(config, guest, { ...given, findings, source: `${path}.butane` });
      },
    };
  }
  const { config, findings } = readyIgnition(group, path, inputs);
  return {
    findings,
    fixedIds: false,
    of: (guest) => finished(config, guest, { ...given, findings: [], source: `${path}.ignition` }),
  };
}

function butaneSources(
  group: GroupAnswers,
  { butane }: { butane: string },
  { path, inputs }: GroupIgnitionInputs,
): ButaneSource[] {
  const main: ButaneSource = isInlineButane(butane)
    ? { name: `${inputs.path}.${path}.butane`, text: butane, path: `${path}.butane`, filesDir: undefined }
    : fileSource(butane, `${path}.butane`, inputs);
  const snippets = (group.butane_snippets ?? []).map((file, at) =>
    fileSource(file, `${path}.butane_snippets.${at}`, inputs),
  );
  const folder = group.butane_files;
  // The folder is told by any name in it.
  const filesDir = folder === undefined ? undefined : inputs.filesDir(`${folder}/any`);
  return [main, ...snippets].map((source) => (filesDir ? { ...source, filesDir } : source));
}

function fileSource(file: string, path: string, inputs: PlanInputs): ButaneSource {
  return { name: file, text: inputs.files.get(file) ?? '', path, filesDir: inputs.filesDir(file) };
}

function readyIgnition(
  group: GroupAnswers,
  path: string,
  inputs: PlanInputs,
): { config: IgnitionConfig; findings: Finding[] } {
  if (group.ignition === undefined) {
    const none: Finding = {
      severity: 'warning',
      path,
      message: `group ${group.name} has no Butane or Ignition config: its guests boot without users or SSH keys`,
      fix: 'give one: butane: server.bu',
    };
    return { config: EMPTY_IGNITION, findings: [none] };
  }
  const inline = inlineIgnition(group.ignition);
  const file = inline === undefined ? String(group.ignition) : undefined;
  const parsed = parseIgnition(inline ?? inputs.files.get(file ?? '') ?? '');
  if ('config' in parsed) return { config: parsed.config, findings: [] };
  const message = `${file ?? 'the config'} ${parsed.problem}`;
  return { config: EMPTY_IGNITION, findings: [{ severity: 'error', path: `${path}.ignition`, message }] };
}

interface Finishing extends GroupIgnitionInputs {
  findings: Finding[];
  /** The answer that the config comes from. */
  source: string;
}

/** Adds what the guest must know of itself, and sees that the image reads it and the transport takes it. */
function finished(
  own: IgnitionConfig,
  guest: PlacedGuest,
  { findings, source, transport, image, preset }: Finishing,
): GuestIgnition {
  const base = preset?.of(guest);
  const config = base ? (mergeIgnition(base.config, own) as IgnitionConfig) : own;
  const whole = completeIgnition(withMounts(config, guest.group), {
    name: guest.name,
    networks: guest.nics.map(({ mac, address, network }) => ({
      mac,
      dns: network.dns ?? [],
      ...(address === 'dhcp' ? {} : { address }),
      ...(network.gateway ? { gateway: network.gateway } : {}),
    })),
  });
  const found = [...findings, ...(base?.findings ?? [])];
  const spec = whole.ignition.version;
  const problem = image && specProblem(image, spec);
  if (problem) found.push({ severity: 'error', path: source, message: problem });
  const text = ignitionText(whole);
  const fitted = fitTransport(
    { output: text.reveal(), ignition: whole, spec },
    { transport, file: guest.name },
  );
  if (fitted.issue)
    found.push({ severity: 'error', path: source, message: `${guest.name}: ${fitted.issue.message}` });
  return {
    content: fitted.wrapped ? ignitionText(whole, fitted.output) : text,
    given: JSON.stringify(preset ? { preset: preset.decisions, own } : own),
    findings: found,
  };
}
