import { createHash } from 'node:crypto';
import type { Facts } from '../../../facts/facts.ts';
import type { ResolvedImage } from '../../../images/resolve.ts';
import type { Step } from '../../../plan/step.ts';
import { OUR_TAG, writeIdentity } from '../../../pve/description.ts';
import type { GuestRef } from '../../../steps/our-guest.ts';
import type { ClusterAnswers } from '../answers.ts';
import type { Storages } from './storages.ts';
import { imageKey, type TemplateSource } from './templates.ts';

/** The steps that make a template of a Flatcar image on one node: UEFI, serial console, agent, cloud-init drive. */
export function makeTemplate(
  answers: ClusterAnswers & { image: string },
  node: string,
  { facts, image, storages, vmid }: { facts: Facts; image: ResolvedImage; storages: Storages; vmid: number },
): { source: TemplateSource; steps: Step[] } {
  const key = imageKey(answers.image, answers.ignition.transport);
  const name = key.replace(/[^a-zA-Z0-9-]/g, '-');
  const download = `download ${image.fileName} on ${node}`;
  const step = `make template ${name} on ${node}, ${storages.disks.storage}`;
  const uid = createHash('sha256')
    .update(`${facts.seed}/template/${key}/${node}/${storages.disks.storage}`)
    .digest('hex')
    .slice(0, 12);
  const ref: GuestRef = { name, vmid, node, uid, step };
  const identity = {
    uid,
    spec: image.version ?? image.checksum.value.slice(0, 12),
    template: key,
    image: image.fileName,
  };
  const disks = storages.disks.storage;
  const config = {
    name,
    description: writeIdentity(`${image.title}, made by proxwright.`, identity),
    tags: OUR_TAG,
    ostype: 'l26',
    machine: 'q35',
    bios: 'ovmf',
    efidisk0: `${disks}:1,efitype=4m,pre-enrolled-keys=0`,
    scsihw: 'virtio-scsi-single',
    scsi0: `${disks}:0,import-from=${storages.images}:import/${image.fileName},discard=on,iothread=1`,
    ...(answers.ignition.transport === 'cloud-init' ? { scsi1: `${disks}:cloudinit` } : {}),
    boot: 'order=scsi0',
    serial0: 'socket',
    vga: 'serial0',
    agent: '1',
    cpu: 'x86-64-v2-AES',
    cores: 1,
    memory: 1024,
  };
  const { url, fileName, checksum } = image;
  return {
    source: { ref, step },
    steps: [
      {
        id: download,
        title: `download ${image.title} on ${node}`,
        verb: 'download-image',
        args: { node, storage: storages.images, fileName, url, checksum: { ...checksum } },
        needs: storages.steps.map((other) => other.id),
        uses: { node, storage: `${node}/${storages.images}` },
      },
      {
        id: step,
        title: `make template ${name} on ${node}`,
        verb: 'create-template',
        args: { guest: { ...ref }, config },
        needs: [download],
        uses: { node, storage: `${node}/${disks}` },
      },
    ],
  };
}
