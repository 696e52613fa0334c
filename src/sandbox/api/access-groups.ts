import { fail } from '../refusal.ts';
import { formatted, required, text } from '../schema/parameter.ts';
import { ALL, anyOf, perm, WORLD } from './permission.ts';
import type { Call, Route } from './route.ts';

const GROUPID = required(formatted('pve-groupid'));

const GROUP_ALLOCATE = { check: perm('/access/groups', 'Group.Allocate') };

export const groupRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/access/groups',
    permission: ALL,
    parameters: {},
    handle: (call) =>
      [...call.world.users.config.groups.values()]
        .filter((group) =>
          call.can(`/access/groups/${group.groupid}`, ['User.Modify', 'Sys.Audit', 'Group.Allocate'], true),
        )
        .map(({ members, ...group }) => ({ ...group, users: members.join(',') })),
  },
  {
    method: 'POST',
    path: '/access/groups',
    permission: GROUP_ALLOCATE,
    parameters: { comment: text(), groupid: GROUPID },
    handle: ({ world, given }) => {
      const groupid = given.need('groupid');
      if (world.users.config.groups.has(groupid))
        throw fail(`create group failed: group '${groupid}' already exists`);
      const comment = given.text('comment');
      world.users.config.groups.set(groupid, {
        groupid,
        members: [],
        ...(comment === undefined ? {} : { comment }),
      });
      world.users.save();
      return null;
    },
  },
  {
    method: 'GET',
    path: '/access/groups/{groupid}',
    permission: { check: anyOf('/access/groups', 'Sys.Audit', 'Group.Allocate') },
    parameters: { groupid: GROUPID },
    handle: (call) => {
      const { groupid: _, ...group } = needGroup(call);
      return group;
    },
  },
  {
    method: 'PUT',
    path: '/access/groups/{groupid}',
    permission: GROUP_ALLOCATE,
    parameters: { comment: text(), groupid: GROUPID },
    handle: (call) => {
      needGroup(call).comment = call.given.text('comment') ?? '';
      call.world.users.save();
      return null;
    },
  },
  {
    method: 'DELETE',
    path: '/access/groups/{groupid}',
    permission: GROUP_ALLOCATE,
    parameters: { groupid: GROUPID },
    handle: (call) => {
      call.world.users.config.groups.delete(needGroup(call).groupid);
      call.world.users.save();
      return null;
    },
  },
  {
    method: 'GET',
    path: '/access/domains',
    permission: WORLD,
    parameters: {},
    handle: () => [
      { realm: 'pam', type: 'pam', comment: 'Linux PAM standard authentication' },
      { realm: 'pve', type: 'pve', comment: 'Proxmox VE authentication server' },
    ],
  },
];

function needGroup({ world, given }: Call) {
  const group = world.users.config.groups.get(given.need('groupid'));
  if (!group) throw fail(`group '${given.need('groupid')}' does not exist`);
  return group;
}
