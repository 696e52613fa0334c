import { join } from 'node:path';
import { readText, writeAtomic } from './files.ts';

export interface User {
  readonly userid: string;
  enable: number;
  expire: number;
  firstname?: string;
  lastname?: string;
  email?: string;
  comment?: string;
}
export interface Token {
  readonly userid: string;
  readonly tokenid: string;
  expire: number;
  privsep: number;
  comment?: string;
}
export interface Group {
  readonly groupid: string;
  comment?: string;
  members: string[];
}
export interface Pool {
  readonly poolid: string;
  comment?: string;
  vms: number[];
  storage: string[];
}
export interface AclEntry {
  readonly path: string;
  readonly type: 'user' | 'group' | 'token';
  readonly ugid: string;
  readonly roleid: string;
  propagate: number;
}

export interface UserCfg {
  readonly users: Map<string, User>;
  readonly tokens: Map<string, Token>;
  readonly groups: Map<string, Group>;
  readonly roles: Map<string, string[]>;
  readonly pools: Map<string, Pool>;
  acl: AclEntry[];
}

/** etc/pve/user.cfg: users, tokens, groups, own roles, pools and ACLs, a line each. */
export class UserFile {
  readonly #path: string;
  #config: UserCfg | undefined;

  constructor(stateDir: string) {
    this.#path = join(stateDir, 'etc', 'pve', 'user.cfg');
  }

  get config(): UserCfg {
    this.#config ??= parseUserCfg(readText(this.#path) ?? '');
    return this.#config;
  }

  save(): void {
    writeAtomic(this.#path, formatUserCfg(this.config), 0o640);
  }

  reread(): void {
    this.#config = undefined;
  }

  poolOf(vmid: number): string | undefined {
    for (const pool of this.config.pools.values()) if (pool.vms.includes(vmid)) return pool.poolid;
    return undefined;
  }
}

const list = (text = '') => text.split(/[,;]/).filter((item) => item !== '');
const optional = (key: string, text: string | undefined) => (text ? { [key]: decodeURIComponent(text) } : {});

function parseUserCfg(text: string): UserCfg {
  const config: UserCfg = {
    users: new Map(),
    tokens: new Map(),
    groups: new Map(),
    roles: new Map(),
    pools: new Map(),
    acl: [],
  };
  for (const line of text.split('\n')) {
    const [kind, ...fields] = line.split(':');
    const [first = '', second = '', third = '', fourth = '', fifth, sixth, seventh] = fields;
    if (kind === 'user') {
      const names = {
        ...optional('firstname', fourth),
        ...optional('lastname', fifth),
        ...optional('email', sixth),
      };
      config.users.set(first, {
        userid: first,
        enable: Number(second),
        expire: Number(third),
        ...names,
        ...optional('comment', seventh),
      });
    } else if (kind === 'token') {
      const [userid = '', tokenid = ''] = first.split('!');
      config.tokens.set(first, {
        userid,
        tokenid,
        expire: Number(second),
        privsep: Number(third),
        ...optional('comment', fourth),
      });
    } else if (kind === 'group') {
      config.groups.set(first, { groupid: first, members: list(second), ...optional('comment', third) });
    } else if (kind === 'role') {
      config.roles.set(first, list(second));
    } else if (kind === 'pool') {
      config.pools.set(first, {
        poolid: first,
        ...optional('comment', second),
        vms: list(third).map(Number),
        storage: list(fourth),
      });
    } else if (kind === 'acl') {
      for (const ugid of list(third)) {
        const type = ugid.startsWith('@') ? 'group' : ugid.includes('!') ? 'token' : 'user';
        const name = type === 'group' ? ugid.slice(1) : ugid;
        for (const roleid of list(fourth))
          config.acl.push({ path: second, type, ugid: name, roleid, propagate: Number(first) });
      }
    }
  }
  return config;
}

export function formatUserCfg(config: UserCfg): string {
  const shown = (text: string | undefined) => encodeURIComponent(text ?? '');
  const lines = [
    ...[...config.users.values()].map(
      (user) =>
        `user:${user.userid}:${user.enable}:${user.expire}:${shown(user.firstname)}:${shown(user.lastname)}:${shown(user.email)}:${shown(user.comment)}::`,
    ),
    ...[...config.tokens].map(
      ([id, token]) => `token:${id}:${token.expire}:${token.privsep}:${shown(token.comment)}:`,
    ),
    ...[...config.groups.values()].map(
      (group) => `group:${group.groupid}:${group.members.join(',')}:${shown(group.comment)}:`,
    ),
    ...[...config.pools.values()].map(
      (pool) =>
        `pool:${pool.poolid}:${shown(pool.comment)}:${[...pool.vms].sort((a, b) => a - b).join(',')}:${pool.storage.join(',')}:`,
    ),
    ...[...config.roles].map(([id, privileges]) => `role:${id}:${privileges.join(',')}:`),
    ...config.acl.map(
      (entry) =>
        `acl:${entry.propagate}:${entry.path}:${entry.type === 'group' ? '@' : ''}${entry.ugid}:${entry.roleid}:`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}
