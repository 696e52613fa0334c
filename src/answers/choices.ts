import type { Facts } from '../facts/facts.ts';
import type { Choice } from '../view/wizard/question.ts';
import { byNumber, columns, size, where } from './choice-details.ts';
import type { ChoiceSource } from './meta.ts';
import { storageChoices } from './storage-choices.ts';

/** An image that can be chosen, from the catalogue. */
export interface ImageChoice {
  id: string;
  title: string;
}

/** What the target and the catalogue offer for a question, with what helps to choose. */
export function choicesFrom(
  source: ChoiceSource,
  { facts, images }: { facts: Facts; images: readonly ImageChoice[] },
): Choice[] {
  switch (source) {
    case 'nodes':
      return nodes(facts);
    case 'bridges':
      return bridges(facts);
    case 'disk-storages':
      return storageChoices(facts, 'images');
    case 'container-storages':
      return storageChoices(facts, 'rootdir');
    case 'snippet-storages':
      return storageChoices(facts, 'snippets');
    case 'templates':
      return templates(facts);
    case 'pools':
      return facts.pools.map((pool) => ({ value: pool, label: pool }));
    case 'images':
      return images.map(({ id, title }) => ({ value: id, label: id, detail: title }));
  }
}

function nodes(facts: Facts): Choice[] {
  const cells = facts.nodes.map(({ memory, cpus }) => [
    `${size(memory.free)} of ${size(memory.total)} free`,
    `${cpus} CPU${cpus === 1 ? '' : 's'}`,
  ]);
  const details = columns(cells);
  return facts.nodes.map(({ name, online }, at) => ({
    value: name,
    label: name,
    ...(online ? { detail: details[at] ?? '' } : { disabled: 'is offline' }),
  }));
}

function bridges(facts: Facts): Choice[] {
  const names = [...new Set(facts.bridges.map(({ bridge }) => bridge))].sort(byNumber);
  const cells = names.map((name) => {
    const seen = facts.bridges.filter(({ bridge }) => bridge === name);
    const cidrs = seen.map(({ cidr }) => cidr).filter((cidr) => cidr !== undefined);
    return [
      cidrs[0] ?? 'no address',
      seen.every(({ vlanAware }) => vlanAware) ? 'VLAN-aware' : '',
      where(
        seen.map(({ node }) => node),
        facts,
      ),
    ];
  });
  const details = columns(cells);
  return names.map((name, at) => ({ value: name, label: name, detail: details[at] ?? '' }));
}

function templates(facts: Facts): Choice[] {
  const found = facts.guests.filter(({ template, type }) => template && type === 'qemu');
  const names = [...new Set(found.map(({ name }) => name))].sort();
  return names.map((name) => {
    const same = found.filter((guest) => guest.name === name);
    return {
      value: name,
      label: name,
      detail: same.map(({ vmid, node }) => `${vmid} on ${node}`).join(', '),
    };
  });
}
