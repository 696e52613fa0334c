import type { Finding } from '../../plan/step.ts';
import type { PlanInputs } from '../workflow.ts';
import { type GroupAnswers, inlineIgnition } from './group-answers.ts';
import { completeIgnition, EMPTY_IGNITION, type IgnitionConfig, parseIgnition } from './ignition.ts';
import type { PlacedGuest } from './placement.ts';

/** A group's own config, before its guests' names and addresses are added. */
export interface GroupIgnition {
  config: IgnitionConfig;
  findings: Finding[];
}

/** Reads a group's Ignition, from its file or as it stands in the answers. `path`: `groups.0`. */
export function groupIgnition(
  group: GroupAnswers,
  { path, inputs, specs }: { path: string; inputs: PlanInputs; specs: readonly string[] | undefined },
): GroupIgnition {
  if (group.ignition === undefined) {
    return {
      config: EMPTY_IGNITION,
      findings: [
        {
          severity: 'warning',
          path,
          message: `group ${group.name} has no Ignition config: its guests boot without users or SSH keys`,
          fix: 'give one: ignition: server.ign',
        },
      ],
    };
  }
  const inline = inlineIgnition(group.ignition);
  const file = inline === undefined ? String(group.ignition) : undefined;
  const parsed = parseIgnition(inline ?? inputs.files.get(file ?? '') ?? '');
  const where = { severity: 'error' as const, path: `${path}.ignition` };
  if ('problem' in parsed) {
    return {
      config: EMPTY_IGNITION,
      findings: [{ ...where, message: `${file ?? 'the config'} ${parsed.problem}` }],
    };
  }
  const { version } = parsed.config.ignition;
  if (specs && !specs.includes(version)) {
    return {
      config: parsed.config,
      findings: [
        {
          ...where,
          message: `${file ?? 'the config'} is of Ignition spec ${version}, which the chosen image does not read (it reads ${specs.join(', ')})`,
          fix: 'use an older spec, or a newer image',
        },
      ],
    };
  }
  return { config: parsed.config, findings: [] };
}

/** The config of one guest: its group's, with its own name and fixed addresses. */
export function guestIgnition(config: IgnitionConfig, guest: PlacedGuest): IgnitionConfig {
  return completeIgnition(config, {
    name: guest.name,
    networks: guest.nics.map(({ mac, address, network }) => ({
      mac,
      dns: network.dns ?? [],
      ...(address === 'dhcp' ? {} : { address }),
      ...(network.gateway ? { gateway: network.gateway } : {}),
    })),
  });
}

/** PVE takes no snippet above 1 MiB, and fw_cfg is read in quadratic time: 1 MB 5 s, 4 MB 113 s (facts: flatcar.md). */
const MOST_BYTES = { 'cloud-init': 1024 ** 2, fw_cfg: 1024 ** 2 };
const SLOW_FW_CFG = 256 * 1024;

export function checkSize(
  bytes: number,
  { guest, transport, path }: { guest: string; transport: 'cloud-init' | 'fw_cfg'; path: string },
): Finding[] {
  const size = `${Math.ceil(bytes / 1024)} KiB`;
  if (bytes > MOST_BYTES[transport]) {
    return [
      {
        severity: 'error',
        path,
        message: `the Ignition config of ${guest} is ${size}; a snippet holds 1024 KiB at most`,
        fix: 'move large files out of it and fetch them by URL (storage.files[].contents.source)',
      },
    ];
  }
  if (transport === 'fw_cfg' && bytes > SLOW_FW_CFG) {
    return [
      {
        severity: 'warning',
        path,
        message: `the Ignition config of ${guest} is ${size}; by fw_cfg it is read slowly`,
      },
    ];
  }
  return [];
}
