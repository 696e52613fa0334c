import type { Check, Permission } from '../api/route.ts';
import { denied } from '../refusal.ts';
import type { Values } from '../schema/check.ts';
import { splitList } from '../schema/formats.ts';
import type { World } from '../world.ts';
import { type Identity, privilegesAt } from './permissions.ts';

/** Holds a request against a route's permission tree as PVE::RPCEnvironment does; throws its 403. */
export function checkPermission(
  world: World,
  permission: Permission | undefined,
  request: { who: Identity; values: Values },
): void {
  // A route without permissions is for root@pam alone.
  if (!permission) {
    if (request.who.userid !== 'root@pam' || request.who.tokenid !== undefined)
      throw denied('user != root@pam');
    return;
  }
  if (permission.user !== undefined || !permission.check) return;
  const wrong = refusalOf(world, permission.check, request);
  if (wrong !== undefined) throw denied(wrong === '' ? undefined : wrong);
}

type Asked = { who: Identity; values: Values };

/** What the 403 says in its brackets, or undefined when it is allowed. */
function refusalOf(world: World, check: Check, request: Asked): string | undefined {
  const [kind, ...rest] = check;
  switch (kind) {
    case 'and':
      for (const part of rest) {
        const wrong = refusalOf(world, part as Check, request);
        if (wrong !== undefined) return wrong;
      }
      return undefined;
    case 'or':
      return rest.some((part) => refusalOf(world, part as Check, request) === undefined) ? undefined : '';
    case 'perm':
      return refusalOfPath(world, rest, request);
    case 'perm-modify':
      return refusalOfModify(world, fill(String(rest[0]), request.values), request);
    case 'userid-param':
      return refusalOfUser(world, String(rest[0]), request);
    case 'userid-group':
      return refusalOfGroup(world, rest[0] as readonly string[], request);
    default:
      return `unknown check '${kind}'`;
  }
}

function refusalOfPath(world: World, rest: readonly unknown[], request: Asked): string | undefined {
  const [template, privileges, ...options] = rest as [string, readonly string[], ...(string | number)[]];
  const wanted = options.indexOf('require_param');
  if (wanted >= 0 && request.values[String(options[wanted + 1])] === undefined) return '';
  const path = fill(template, request.values);
  const held = privilegesAt(world.users.config, request.who, path);
  if (options.includes('any')) {
    return privileges.some((one) => held.has(one)) ? undefined : `${path}, ${privileges.join('|')}`;
  }
  const missing = privileges.find((one) => !held.has(one));
  return missing === undefined ? undefined : `${path}, ${missing}`;
}

/** Who may change ACLs of a path: Permissions.Modify, or the matching allocate privilege below its kind. */
function refusalOfModify(world: World, path: string, request: Asked): string | undefined {
  const held = privilegesAt(world.users.config, request.who, path);
  if (held.has('Permissions.Modify')) return undefined;
  const allocate = { storage: 'Datastore.Allocate', vms: 'VM.Allocate', pool: 'Pool.Allocate' }[
    path.split('/')[1] ?? ''
  ];
  if (allocate !== undefined && held.has(allocate)) return undefined;
  return `${path}, Permissions.Modify`;
}

function refusalOfUser(world: World, what: string, request: Asked): string | undefined {
  const userid = String(request.values.userid ?? '');
  if (what === 'self') return userid === request.who.userid ? undefined : '';
  const realm = userid.split('@').at(-1);
  const path = `/access/realm/${realm}`;
  return privilegesAt(world.users.config, request.who, path).has(what) ? undefined : `${path}, ${what}`;
}

function refusalOfGroup(world: World, privileges: readonly string[], request: Asked): string | undefined {
  const groups = splitList(String(request.values.groups ?? ''));
  const paths = ['/access/groups', ...groups.map((group) => `/access/groups/${group}`)];
  const allowed = paths.some((path) => {
    const held = privilegesAt(world.users.config, request.who, path);
    return privileges.some((one) => held.has(one));
  });
  return allowed ? undefined : `/access/groups, ${privileges.join('|')}`;
}

function fill(template: string, values: Values): string {
  return template.replace(/\{([^}]+)\}/g, (_, name: string) => String(values[name] ?? ''));
}
