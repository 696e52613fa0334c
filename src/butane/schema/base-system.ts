import { flag, list, plainFlag, plainText, type StructShape, strings, text, whole } from './shape.ts';
import type { Versioned } from './versioned.ts';

const ALWAYS = { always: true };

export function passwdShape(base: Versioned): StructShape {
  const group = base.struct('PasswdGroup', [
    ['gid', whole],
    ['name', plainText, ALWAYS],
    ['password_hash', text],
    ['should_exist', flag, { since: 3 }],
    ['system', flag],
  ]);
  const user = base.struct(
    'PasswdUser',
    [
      ['gecos', text],
      ['groups', base.named('Group')],
      ['home_dir', text],
      ['name', plainText, ALWAYS],
      ['no_create_home', flag],
      ['no_log_init', flag],
      ['no_user_group', flag],
      ['password_hash', text],
      ['primary_group', text],
      ['should_exist', flag, { since: 3 }],
      ['ssh_authorized_keys', base.named('SSHAuthorizedKey')],
      ['ssh_authorized_keys_local', strings, { since: 5, sugar: true }],
      ['shell', text],
      ['system', flag],
      ['uid', whole],
    ],
    { before: { should_exist: 'system' } },
  );
  return base.struct('Passwd', [
    ['groups', list(group)],
    ['users', list(user)],
  ]);
}

export function systemdShape(base: Versioned): StructShape {
  const dropin = base.struct('Dropin', [
    ['contents', text],
    ['contents_local', text, { since: 5, sugar: true }],
    ['name', plainText, ALWAYS],
  ]);
  const unit = base.struct('Unit', [
    ['contents', text],
    ['contents_local', text, { since: 5, sugar: true }],
    ['dropins', list(dropin)],
    ['enabled', flag],
    ['mask', flag],
    ['name', plainText, ALWAYS],
  ]);
  const quadlet = base.struct('Quadlet', [
    ['contents', text],
    ['contents_local', text],
    ['name', plainText],
    ['rootful', plainFlag],
    ['dropins', list(dropin)],
  ]);
  return base.struct('Systemd', [
    ['units', list(unit)],
    ['quadlets', list(quadlet), { since: 8, sugar: true }],
  ]);
}
