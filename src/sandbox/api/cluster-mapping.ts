import { existsSync } from 'node:fs';
import { hostPath } from '../host/paths.ts';
import { badParameters, fail } from '../refusal.ts';
import { splitList } from '../schema/formats.ts';
import { DIR_MAPPING } from '../schema/guest-formats.ts';
import { formatted, type Parameter, required, text } from '../schema/parameter.ts';
import { readPropertyString } from '../schema/property-string.ts';
import type { Section } from '../state/section-config.ts';
import { ALL, perm } from './permission.ts';
import type { Call, Route } from './route.ts';

const ID = required(formatted('pve-configid'));
const MAP: Parameter = { type: 'array', optional: true, items: required(formatted(DIR_MAPPING)) };
const PRIVILEGES = ['Mapping.Use', 'Mapping.Modify', 'Mapping.Audit'];

export const mappingRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/cluster/mapping/dir',
    permission: ALL,
    parameters: { 'check-node': formatted('pve-node') },
    handle: (call) => {
      const node = call.given.text('check-node');
      const seen = call.world.mappings
        .all()
        .filter(({ id }) => call.can(`/mapping/dir/${id}`, PRIVILEGES, true));
      return seen.map((mapping) => ({
        ...describe(call, mapping),
        type: 'dir',
        ...(node === undefined ? {} : { checks: check(call, mapping, node) }),
      }));
    },
  },
  {
    method: 'POST',
    path: '/cluster/mapping/dir',
    permission: { check: perm('/mapping/dir', 'Mapping.Modify') },
    parameters: { description: text({ maxLength: 4096 }), id: ID, map: required(MAP) },
    handle: ({ world, given }) => {
      const id = given.need('id');
      if (world.mappings.get(id))
        throw fail(`create directory mapping failed: dir ID '${id}' already defined`);
      const description = given.text('description');
      const values = {
        ...(description === undefined ? {} : { description }),
        map: mapsOf(given.list('map')),
      };
      world.mappings.set({ type: 'dir', id, values });
      return null;
    },
  },
  {
    method: 'GET',
    path: '/cluster/mapping/dir/{id}',
    permission: {
      check: [
        'or',
        perm('/mapping/dir/{id}', 'Mapping.Use'),
        perm('/mapping/dir/{id}', 'Mapping.Modify'),
        perm('/mapping/dir/{id}', 'Mapping.Audit'),
      ],
    },
    parameters: { id: ID },
    handle: (call) => {
      const { id: _, ...mapping } = describe(call, needMapping(call));
      return mapping;
    },
  },
  {
    method: 'PUT',
    path: '/cluster/mapping/dir/{id}',
    permission: { check: perm('/mapping/dir/{id}', 'Mapping.Modify') },
    parameters: {
      delete: formatted('pve-configid-list', { maxLength: 4096 }),
      description: text({ maxLength: 4096 }),
      digest: text({ maxLength: 64 }),
      id: ID,
      map: MAP,
    },
    handle: (call) => {
      const { world, given } = call;
      const before = needMapping(call);
      const digest = given.text('digest');
      if (digest !== undefined && digest !== world.mappings.digest()) {
        throw fail(
          'update directory mapping failed: detected modified configuration - file changed by other user? Try again.',
        );
      }
      const values: Record<string, string> = { ...before.values };
      if (given.has('map')) values.map = mapsOf(given.list('map'));
      const description = given.text('description');
      if (description !== undefined) values.description = description;
      for (const name of splitList(given.text('delete') ?? '')) delete values[name];
      world.mappings.set({ ...before, values });
      return null;
    },
  },
  {
    method: 'DELETE',
    path: '/cluster/mapping/dir/{id}',
    permission: { check: perm('/mapping/dir', 'Mapping.Modify') },
    parameters: { id: ID },
    handle: ({ world, given }) => {
      world.mappings.delete(given.need('id'));
      return null;
    },
  },
];

function needMapping({ world, given }: Call): Section {
  const mapping = world.mappings.get(given.need('id'));
  if (!mapping) throw fail(`mapping '${given.need('id')}' not found`);
  return mapping;
}

function describe({ world }: Call, mapping: Section) {
  const { map = '', ...rest } = mapping.values;
  return { id: mapping.id, ...rest, map: map.split('\n'), digest: world.mappings.digest() };
}

function check({ world }: Call, mapping: Section, node: string) {
  const maps = (mapping.values.map ?? '').split('\n').map((map) => readPropertyString(DIR_MAPPING, map));
  const here = maps.find((map) => map.node === node);
  if (!here) return [{ severity: 'warning', message: `No mapping for node ${node}` }];
  const there = existsSync(hostPath(world, node, here.path ?? '/'));
  return there ? [] : [{ severity: 'error', message: `Path ${here.path} does not exist` }];
}

/** One path per node. */
function mapsOf(maps: readonly string[]): string {
  const nodes = maps.map((map) => readPropertyString(DIR_MAPPING, map).node);
  const twice = nodes.find((node, index) => nodes.indexOf(node) !== index);
  if (twice !== undefined) throw badParameters({ map: `multiple mappings for node '${twice}'` });
  return maps.join('\n');
}
