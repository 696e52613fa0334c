import type { Step } from '../../../plan/step.ts';
import type { GuestRef } from '../../../steps/our-guest.ts';
import type { PlanInputs } from '../../workflow.ts';
import type { ClusterAnswers } from '../answers.ts';
import { guestName } from '../guests/guests.ts';
import { refOf } from '../guests/ids.ts';
import type { PlacedGuest } from '../guests/placement.ts';
import { snippetName } from '../guests/snippets.ts';
import { API_PORT, PRESET_TIMEOUT } from './answers.ts';
import { firstServerFirst } from './first-server.ts';
import type { PresetCluster } from './preset-cluster.ts';
import { roleOf } from './rules.ts';

/** What is done once the servers run: their kubeconfig is fetched, where the answers want it. */
export function presetSteps(
  preset: PresetCluster | undefined,
  answers: ClusterAnswers,
  { placed, steps, inputs }: { placed: readonly PlacedGuest[]; steps: readonly Step[]; inputs: PlanInputs },
): Step[] {
  const file = answers.preset_options?.kubeconfig;
  if (!preset || file === undefined || !answers.start) return [];
  const servers = placed.filter(({ group }) => roleOf(group) === 'server');
  const names = new Set(servers.map(({ name }) => name));
  const needs = steps.filter(({ verb, args }) => {
    const { guest } = args as { guest?: GuestRef };
    return (verb === 'start-guest' || verb === 'wait-guest') && names.has(guest?.name ?? '');
  });
  const server = `https://${preset.peers[0]}:${API_PORT}`;
  const cluster = answers.name;
  return [
    {
      id: `fetch kubeconfig of ${cluster}`,
      title: `fetch the kubeconfig of ${cluster} into ${file} (0600)`,
      verb: 'fetch-kubeconfig',
      args: {
        cluster,
        guests: servers.map((guest) => ({ ...refOf(guest) })),
        source: preset.entry.kubeconfig,
        // kubeadm has written its own long before the API answers.
        after: preset.id === 'kubernetes' ? '/etc/proxwright/joined' : '',
        file,
        server,
        timeout: answers.preset_options?.timeout ?? PRESET_TIMEOUT,
        isThere: hasServer(inputs.texts.get(file), server) && servers.some((guest) => guest.existing),
      },
      needs: needs.map(({ id }) => id),
      uses: {},
    },
  ];
}

/**
 * No guest is made before a server's Ignition file is written: after a run that was cut off, the token of
 * those that are there can be read back from it.
 */
export function tokenFirst(
  preset: PresetCluster | undefined,
  { name }: ClusterAnswers,
  { placed, steps }: { placed: readonly PlacedGuest[]; steps: readonly Step[] },
): readonly Step[] {
  if (!preset) return steps;
  const file = `/${snippetName(guestName(name, preset.servers.name, 1))}`;
  const written = steps
    .filter(
      ({ verb, args }) => verb === 'write-file' && String((args as { path?: unknown }).path).endsWith(file),
    )
    .map(({ id }) => id);
  return firstServerFirst(placed, preset.servers, steps).map((step) =>
    step.verb === 'clone-guest' ? { ...step, needs: [...new Set([...step.needs, ...written])] } : step,
  );
}

/** Whether a kubeconfig leads to that server, and so may be written anew. */
export function hasServer(text: string | undefined, server: string): boolean {
  return text?.split('\n').some((line) => line.trim() === `server: ${server}`) ?? false;
}
