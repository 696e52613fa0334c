import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { localHost } from '../../src/hosts/local.ts';
import { mintTicket } from '../../src/pve/auth.ts';

/** The functions of pve-access-control and pve-cluster that are called, with their prototypes. */
const MODULES = {
  'PVE/Cluster.pm': `package PVE::Cluster; my $mounted;
    sub check_cfs_is_mounted { $mounted = 1 } sub cfs_update { die "not mounted\\n" if !$mounted } 1;`,
  'PVE/AccessControl.pm': `package PVE::AccessControl;
    sub assemble_ticket : prototype($;$) { warn "auth key pair too old, rotating..\\n"; return "PVE:$_[0]:65::c2ln" }
    sub assemble_csrf_prevention_token { return "65:csrf of $_[0]" } 1;`,
  'JSON.pm': 'package JSON; use JSON::PP; use base "Exporter"; our @EXPORT = ("encode_json"); 1;',
};

const missing = !existsSync('/usr/bin/perl');
if (missing && process.env.CI) throw new Error('needs the Debian package perl');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'proxwright-mint-'));
  mkdirSync(join(folder, 'PVE'));
  for (const [path, code] of Object.entries(MODULES)) writeFileSync(join(folder, path), code);
});
afterAll(() => rmSync(folder, { recursive: true }));

test.skipIf(missing)('the perl that makes a ticket is perl, and prints one (needs perl)', async () => {
  const host = localHost({ node: 'pve1', env: { PATH: process.env.PATH, PERL5LIB: folder } });
  const { ticket, csrf } = await mintTicket(host);
  expect(ticket.reveal()).toBe('PVE:root@pam:65::c2ln');
  expect(csrf.reveal()).toBe('65:csrf of root@pam');
});
