import { createHash } from 'node:crypto';
import { readAsset } from '../../assets.ts';
import type { Facts } from '../../facts/facts.ts';
import type { Step } from '../../plan/step.ts';
import { OUR_TAG, writeIdentity } from '../../pve/description.ts';
import { volidOf } from '../../steps/download-template.ts';
import type { GuestRef } from '../../steps/our-guest.ts';
import type { KeaAnswers } from './answers.ts';
import type { ContainerPlace } from './container-place.ts';
import { dockerSteps } from './docker-steps.ts';
import { type ProgramFile, serviceSteps } from './host-steps.ts';
import { OVS } from './places.ts';

const MEMORY = { lxc: 1024, docker: 2048 } as const;
const DISK = { lxc: '4G', docker: '8G' } as const;

/** A privileged container on its node's own network with the agent in it, as a service or by Docker. */
export function containerSteps(
  answers: KeaAnswers & { mode: 'lxc' | 'docker' },
  place: ContainerPlace,
  { facts, program }: { facts: Facts; program: ProgramFile },
): Step[] {
  const { node } = place;
  const guest = containerRef(place, facts);
  const { name } = guest;
  const download: Step = {
    id: `download ${place.template} on ${place.downloader}`,
    title: `download the template ${place.template} on ${place.downloader}`,
    verb: 'download-template',
    args: { node: place.downloader, storage: place.templates, template: place.template },
    needs: [],
    uses: { node: place.downloader, storage: `${place.downloader}/${place.templates}` },
  };
  const existing = facts.guests.some(({ identity }) => identity?.uid === guest.uid);
  const volid = volidOf({ storage: place.templates, template: place.template });
  const make: Step = {
    id: guest.step,
    title: `make container ${name} on ${node}`,
    verb: 'make-container',
    args: { guest, template: volid, options: optionsOf(answers, place, guest), lines: rawLines() },
    needs: existing ? [] : [download.id],
    uses: { node, storage: `${node}/${place.storage}` },
  };
  const start: Step = {
    id: `start ${name}`,
    title: `start container ${name}`,
    verb: 'start-container',
    args: { guest },
    needs: [make.id],
    uses: { node },
  };
  const inside = {
    place: { node, container: guest },
    where: `in ${name}`,
    program,
    needs: [start.id],
    openvswitch: facts.kea?.find((seen) => seen.node === node)?.host.packages[OVS] !== undefined,
  };
  const service = answers.mode === 'docker' ? dockerSteps(answers, inside) : serviceSteps(answers, inside);
  return [...(existing ? [] : [download]), make, start, ...service];
}

/** The container of ours that is there, else the one to be made. */
function containerRef(
  { node, vmid }: ContainerPlace,
  facts: Facts,
): GuestRef & Record<string, string | number> {
  const there = facts.guests.find((guest) => guest.node === node && guest.identity?.kea !== undefined);
  const name = there?.name ?? `kea-${node}`.slice(0, 63);
  const uid =
    there?.identity?.uid ??
    createHash('sha256').update(`${facts.seed}/kea/${node}`).digest('hex').slice(0, 12);
  return { name, vmid: there?.vmid ?? vmid, node, uid, step: `make container ${name}` };
}

function optionsOf(
  answers: KeaAnswers & { mode: 'lxc' | 'docker' },
  place: ContainerPlace,
  { name, uid }: GuestRef,
): Record<string, string | number> {
  const { mode } = answers;
  const size = Number.parseInt(answers.disk ?? DISK[mode], 10);
  return {
    hostname: name,
    ostype: 'debian',
    unprivileged: 0,
    rootfs: `${place.storage}:${inGib(answers.disk ?? DISK[mode], size)}`,
    cores: 2,
    memory: answers.memory ?? MEMORY[mode],
    swap: 0,
    onboot: 1,
    features: 'nesting=1',
    tags: OUR_TAG,
    description: writeIdentity(
      `Gives the guests of ${place.node} the addresses in their configs. Made by proxwright.`,
      { kea: mode, uid, spec: mode },
    ),
  };
}

/** `pct create` takes a size in GiB. */
function inGib(text: string, value: number): number {
  const unit = text.at(-1);
  return unit === 'T' ? value * 1024 : unit === 'M' ? Math.max(1, Math.ceil(value / 1024)) : value;
}

/** In a container's configuration `#` begins its notes, so the asset's comments stay behind. */
function rawLines(): string[] {
  return readAsset('kea/lxc.conf')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
}
