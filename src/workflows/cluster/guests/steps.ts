import type { GuestFacts } from '../../../facts/facts.ts';
import type { Secret } from '../../../plan/secret.ts';
import type { Step, StepValue } from '../../../plan/step.ts';
import { writeIdentity } from '../../../pve/description.ts';
import type { ClusterAnswers } from '../answers.ts';
import { oldGuestSteps, stopOldId } from '../life/removal-steps.ts';
import { lastStep, type Roll } from '../life/roll.ts';
import type { TemplateSource } from '../templates/templates.ts';
import type { GuestPlaces } from './hooks.ts';
import { refOf, removeOldId, stepIds } from './ids.ts';
import { bootDisk, guestOptions, notesOf, strayOptions } from './options.ts';
import type { PlacedGuest } from './placement.ts';
import { snippetSteps } from './snippets.ts';

export interface GuestStepInputs {
  answers: ClusterAnswers;
  /** Absent for a guest that is there already. */
  source: TemplateSource | undefined;
  /** What a guest has from a template that somebody else made. */
  inherited: Readonly<Record<string, string>>;
  places: GuestPlaces;
  ignition: Secret;
  /** What a new guest's line says of the answers that it was made from. */
  spec: string;
  /** Its id is part of its config. */
  fixedId: boolean;
  /** Steps that every guest waits for, such as the pool's. */
  first: readonly string[];
  /** How it takes the place of old guests, where there are any. */
  roll: Roll | undefined;
}

/** All that is done for one guest: its Ignition, clone, options, disk, start, and the wait for it. */
export function guestSteps(guest: PlacedGuest, inputs: GuestStepInputs): Step[] {
  const { answers, places, ignition, source, roll } = inputs;
  const { snippets } = places;
  const { name, node, group } = guest;
  const ref = refOf(guest);
  const ids = stepIds(name);
  const first = [...inputs.first, ...(roll?.after ?? [])];
  const written = snippets
    ? snippetSteps(snippets, name, { content: ignition, needs: roll?.after ?? [] })
    : [];
  const step = (id: string, verb: string, args: StepValue, needs: readonly string[]): Step => ({
    id,
    title: id,
    verb,
    args,
    needs,
    uses: { node },
  });
  const clone = guest.existing || !source ? [] : [cloneStep(guest, { ...inputs, source, first })];
  const options = guestOptions(guest, answers, places);
  const configure = {
    guest: { ...ref },
    set: options,
    clear: strayOptions(guest.existing, options, inputs.inherited),
    isNew: !guest.existing,
  };
  const disk = bootDisk(guest.existing?.config ?? source?.config ?? {});
  const ready = [ids.grow, ...written.map(({ id }) => id)];
  const steps = [
    ...written,
    ...clone,
    ...joinSteps(guest, answers, first),
    step(ids.configure, 'configure-guest', configure, guest.existing ? first : [ref.step]),
    {
      ...step(ids.grow, 'grow-disk', { guest: { ...ref }, disk, size: group.disk }, [ids.configure]),
      title: `grow disk of ${name} to ${group.disk}`,
    },
  ];
  if (answers.start) {
    const stopped = roll?.stopFirst ? guest.olds.map(stopOldId) : [];
    steps.push(step(ids.start, 'start-guest', { guest: { ...ref } }, [...ready, ...stopped]));
    if (lastStep(guest, answers) === ids.wait) steps.push(waitStep(guest, answers, roll));
  }
  if (!roll) return steps;
  const up = [lastStep(guest, answers)];
  for (const old of guest.olds) {
    const when = roll.stopFirst
      ? { stopAfter: ready, removeAfter: up }
      : { stopAfter: answers.start ? up : ready, removeAfter: [] };
    steps.push(...oldGuestSteps(old, when));
  }
  if (answers.start && roll.pause > 0) {
    const needs = guest.olds.map(removeOldId);
    steps.push({ ...step(ids.pause, 'pause', { seconds: roll.pause }, needs), uses: {} });
  }
  return steps;
}

/** New guests become members as they are made. */
function joinSteps(guest: PlacedGuest, { pool }: ClusterAnswers, needs: readonly string[]): Step[] {
  const { existing, name, node } = guest;
  if (!existing || pool === undefined || existing.pool === pool) return [];
  const id = `put ${name} into pool ${pool}`;
  return [
    { id, title: id, verb: 'join-pool', args: { guest: { ...refOf(guest) }, pool }, needs, uses: { node } },
  ];
}

function cloneStep(
  guest: PlacedGuest,
  { answers, places, source, spec, fixedId, first }: GuestStepInputs & { source: TemplateSource },
): Step {
  const { name, node, group, index, uid } = guest;
  const template = source.ref;
  const identity = { cluster: answers.name, group: group.name, index, uid, spec };
  return {
    id: refOf(guest).step,
    title: `clone ${template.name} into ${name} on ${node}`,
    verb: 'clone-guest',
    args: {
      template: { ...template },
      guest: { ...refOf(guest) },
      description: writeIdentity(notesOf(group, places), identity),
      full: answers.clone === 'full',
      fixedId,
      ...(answers.clone === 'full' && answers.storage ? { storage: answers.storage } : {}),
      ...(answers.pool ? { pool: answers.pool } : {}),
    },
    needs: [...first, ...(source.step ? [source.step] : [])],
    uses: { node, template: `${template.node}/${template.name}` },
  };
}

function waitStep(guest: PlacedGuest, { wait }: ClusterAnswers, roll: Roll | undefined): Step {
  const { name, nics, group, olds } = guest;
  const ids = stepIds(name);
  const fixed = nics[0]?.address === 'dhcp' ? undefined : nics[0]?.address.split('/')[0];
  return {
    id: ids.wait,
    title: group.ready ? `wait for port ${group.ready.port} of ${name}` : `wait for the address of ${name}`,
    verb: 'wait-guest',
    args: {
      guest: { ...refOf(guest) },
      mac: nics[0]?.mac ?? '',
      timeout: wait.timeout,
      // One that is to take another's place must prove itself, also where it runs already.
      isNew: !guest.existing || olds.length > 0,
      ...(roll ? { old: oldText(olds, roll) } : {}),
      ...(group.ready ? { port: group.ready.port, ...(fixed ? { address: fixed } : {}) } : {}),
    },
    needs: [ids.start],
    // Waiting loads nothing, so it takes no room from the node's other work.
    uses: {},
  };
}

function oldText(olds: readonly GuestFacts[], { stopFirst }: Roll): string {
  const which = olds.map(({ vmid, node }) => `${vmid} on ${node}`).join(', ');
  return `the old one (${which}) ${stopFirst ? 'is shut down, and kept' : 'still runs'} until it answers`;
}
