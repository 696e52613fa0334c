import type { Check, Permission } from './route.ts';

export const ALL: Permission = { user: 'all' };
export const WORLD: Permission = { user: 'world' };

export const perm = (path: string, ...privileges: string[]): Check => ['perm', path, privileges];
export const anyOf = (path: string, ...privileges: string[]): Check => ['perm', path, privileges, 'any', 1];
export const onGuest = (...privileges: string[]): Permission => ({
  check: perm('/vms/{vmid}', ...privileges),
});
export const onNode = (...privileges: string[]): Permission => ({
  check: perm('/nodes/{node}', ...privileges),
});
export const onRoot = (...privileges: string[]): Permission => ({ check: perm('/', ...privileges) });
