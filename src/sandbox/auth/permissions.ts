import type { UserCfg } from '../state/user-cfg.ts';
import { ALL_PRIVILEGES, BUILT_IN_ROLES } from './roles.ts';

/** Who asks: `user@realm` and, for an API token, its name. */
export interface Identity {
  readonly userid: string;
  readonly tokenid?: string;
}

/** `user@realm` or `user@realm!token`, the string that the root checks of the real API compare. */
export function fullName(who: Identity): string {
  return who.tokenid === undefined ? who.userid : `${who.userid}!${who.tokenid}`;
}

/** The privileges that somebody has at a path such as `/vms/100`, from the ACLs, groups, pools and roles. */
export function privilegesAt(config: UserCfg, who: Identity, path: string): ReadonlySet<string> {
  if (who.tokenid === undefined) return userPrivileges(config, who.userid, path);
  const token = config.tokens.get(fullName(who));
  const ofUser = userPrivileges(config, who.userid, path);
  if (!token?.privsep) return token ? ofUser : new Set();
  const own = collect(config, path, (at) => rolesOf(config, at, [['token', fullName(who)]]));
  return new Set([...own].filter((privilege) => ofUser.has(privilege)));
}

/** The paths that GET /access/permissions answers for. */
export function knownPaths(config: UserCfg): string[] {
  const paths = ['/', '/access', '/access/groups', '/nodes', '/pool', '/sdn', '/storage', '/vms'];
  for (const entry of config.acl) paths.push(entry.path);
  for (const pool of config.pools.values()) {
    paths.push(...pool.vms.map((vmid) => `/vms/${vmid}`), ...pool.storage.map((id) => `/storage/${id}`));
  }
  return [...new Set(paths)].sort();
}

function userPrivileges(config: UserCfg, userid: string, path: string): ReadonlySet<string> {
  if (userid === 'root@pam') return new Set(ALL_PRIVILEGES);
  const user = config.users.get(userid);
  if (!user?.enable) return new Set();
  const groups = [...config.groups.values()].filter((group) => group.members.includes(userid));
  return collect(config, path, (at) => {
    const direct = rolesOf(config, at, [['user', userid]]);
    return direct.size > 0
      ? direct
      : rolesOf(
          config,
          at,
          groups.map((group) => ['group', group.groupid]),
        );
  });
}

type RolesAt = (at: { path: string; exact: boolean }) => ReadonlyMap<string, boolean>;

/** Walks from the root to the path: roles given further down replace those from above, unless none are given. */
function collect(config: UserCfg, path: string, rolesAt: RolesAt): ReadonlySet<string> {
  const privileges = new Set(inherited(config, path, rolesAt));
  const [, kind, name] = path.split('/');
  for (const pool of config.pools.values()) {
    const inPool =
      (kind === 'vms' && pool.vms.includes(Number(name))) ||
      (kind === 'storage' && name !== undefined && pool.storage.includes(name));
    if (inPool)
      for (const privilege of inherited(config, `/pool/${pool.poolid}`, rolesAt)) privileges.add(privilege);
  }
  return privileges;
}

function inherited(config: UserCfg, path: string, rolesAt: RolesAt): string[] {
  const parts = path.split('/').filter((part) => part !== '');
  let roles = new Map<string, boolean>();
  for (let depth = 0; depth <= parts.length; depth++) {
    const at = `/${parts.slice(0, depth).join('/')}`;
    const here = rolesAt({ path: at, exact: depth === parts.length });
    if (here.has('NoAccess')) roles = new Map();
    else if (here.size > 0) roles = new Map(here);
  }
  return [...roles.keys()].flatMap((role) => BUILT_IN_ROLES[role] ?? config.roles.get(role) ?? []);
}

function rolesOf(
  config: UserCfg,
  at: { path: string; exact: boolean },
  holders: readonly (readonly [string, string])[],
): ReadonlyMap<string, boolean> {
  const roles = new Map<string, boolean>();
  for (const entry of config.acl) {
    if (entry.path !== at.path || (!entry.propagate && !at.exact)) continue;
    if (holders.some(([type, ugid]) => entry.type === type && entry.ugid === ugid))
      roles.set(entry.roleid, true);
  }
  return roles;
}
