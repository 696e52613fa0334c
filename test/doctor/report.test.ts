import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checks } from '../../src/doctor/all.ts';
import { makeBundle } from '../../src/doctor/bundle.ts';
import { capabilitiesOf } from '../../src/doctor/capabilities.ts';
import { redact } from '../../src/doctor/redact.ts';
import { reportHtml } from '../../src/doctor/report-html.ts';
import { reportJson } from '../../src/doctor/report-json.ts';
import { plainReport } from '../../src/doctor/report-plain.ts';
import { type Finding, findingsOf, runDoctor } from '../../src/doctor/run.ts';
import { temporarySandbox } from '../sandbox/client.ts';
import { doctorAt, PATIENCE } from './sandbox.ts';

const SECRETS = {
  uuid: '3f1c2a9e-7b44-4c0e-9d55-0a1b2c3d4e5f',
  hash: '$6$rounds=5000$saltsalt$kq2lU7Gk1dG0bPzq8x1Yw1mKxP0zBvKk3',
  yescrypt: '$y$j9T$abcdefghij$0123456789abcdefghijABCDEFGHIJ',
  plain: 'Tr0ub4dor-and-3',
  maas: 'abcdefghij12345678:ABCDEFGHIJ12345678:abcdefghijklmnopABCDEFGHIJKLMNOP',
  key: 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ',
  subscription: 'pve4p-0123456789',
  ticket: 'SGVsbG8gdGhpcyBpcyBhIHNpZ25hdHVyZSBvZiBzb21lIGxlbmd0aA',
};

const PLANTED = [
  `cipassword: ${SECRETS.plain}`,
  `root:${SECRETS.yescrypt}:20000::::::`,
  `"password_hash": "${SECRETS.hash}"`,
  `Authorization: PVEAPIToken=ci@pve!prov=${SECRETS.uuid}`,
  `token ci@pve!prov=${SECRETS.uuid} used`,
  `cookie PVEAuthCookie=PVE:root@pam:65A1B2C3::${SECRETS.ticket}`,
  `maas_api_key=${SECRETS.maas}`,
  `login with ${SECRETS.maas}`,
  `-----BEGIN OPENSSH PRIVATE KEY-----\n${SECRETS.key}\n-----END OPENSSH PRIVATE KEY-----`,
  `-----BEGIN RSA PRIVATE KEY-----\n${SECRETS.key}`,
  `http://backup:${SECRETS.plain}@nas.lab/share`,
  `password=${SECRETS.plain}, user=x`,
  `wpa-psk "${SECRETS.plain}"`.replace(' "', ': "'),
  `qm set 100 --cipassword ${SECRETS.plain}`,
  `key: ${SECRETS.subscription}`,
  `args: -fw_cfg data:;base64,${SECRETS.key}`,
];

const FINDINGS: Finding[] = [
  {
    id: 'PVE-HOSTS',
    title: 'Own name in /etc/hosts',
    severity: 'fail',
    message: 'pve1: <script>alert(1)</script> & "quotes"',
    fix: { text: 'give it its address', command: 'editor /etc/hosts' },
    url: 'https://example.org/',
  },
  { id: 'NET-MTU', title: 'One MTU along a bridge', severity: 'pass', message: 'all nodes: vmbr0 1500' },
  { id: 'NET-DNS', title: 'Names are resolved', severity: 'skip', message: `password=${SECRETS.plain}` },
];

test.each(PLANTED)('%s has no secret any more', (text) => {
  const clean = redact(text);
  for (const secret of Object.values(SECRETS)) expect(clean).not.toContain(secret);
});

test.each([
  'memory: 4096',
  'net0: virtio=BC:24:11:00:00:01,bridge=vmbr0,tag=20',
  '192.168.1.11 pve1.lab.example pve1',
  'proxwright: cluster=edge group=server index=1 uid=k3x spec=77aa',
  'UPID:pve1:0000A1B2:00C3D4E5:65A1B2C3:qmstart:100:root@pam:',
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKx ops@lab',
])('%s stays as it is', (text) => {
  expect(redact(text)).toBe(text);
});

describe('a report', () => {
  test('as JSON has the shape that scripts know', () => {
    expect(JSON.parse(reportJson(FINDINGS, '0.1.0'))).toEqual({
      version: '0.1.0',
      summary: { pass: 1, info: 0, warn: 0, fail: 1, skip: 1 },
      findings: FINDINGS,
    });
  });

  test('for people shows troubles whole and the rest in figures', () => {
    const capabilities = [
      { section: 'kea' as const, title: 'DHCP by Kea', missing: ['KEA-AGENT'], unknown: [] },
    ];
    expect(plainReport(FINDINGS, checks, { ascii: true, all: false, capabilities })).toEqual([
      'node: 1 failed',
      '  x PVE-HOSTS  pve1: <script>alert(1)</script> & "quotes"',
      '      -> give it its address',
      '        editor /etc/hosts',
      '        https://example.org/',
      '',
      'network: 1 passed, 1 skipped',
      '',
      'what can be done here',
      '  x DHCP by Kea: see KEA-AGENT',
      '',
      '1 failed, 1 passed, 1 skipped',
    ]);
    expect(plainReport(FINDINGS, checks, { ascii: false, all: true, capabilities: [] })).toContain(
      '  ✓ NET-MTU  all nodes: vmbr0 1500',
    );
  });

  test('as a page is whole in itself, and says nothing that is secret', () => {
    const html = reportHtml(FINDINGS, checks, {
      target: 'pve1 <lab>',
      version: '0.1.0',
      time: 0,
      capabilities: [],
    });
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(html).toContain('1970-01-01 00:00 UTC');
    expect(html).not.toContain(SECRETS.plain);
    expect(html).not.toMatch(/<script|<link rel="stylesheet"|@import|src=/);
    // Nothing is fetched; only what a person clicks leads elsewhere.
    expect([...html.matchAll(/https?:\/\/[^"]+/g)].map(([url]) => url)).toEqual(['https://example.org/']);
  });
});

describe('a bundle of a sandbox with planted secrets', () => {
  let files: Map<string, string>;
  let done: () => Promise<void>;

  beforeAll(async () => {
    const { sandbox, remove } = await temporarySandbox();
    const { target, place, root } = await doctorAt(sandbox);
    done = async () => {
      root.close();
      await target.close();
      await remove();
    };
    const host = target.host('pve1');
    await host?.write('/etc/network/interfaces', `# ${PLANTED.join('\n# ')}\nauto lo\n`, { mode: 0o644 });
    const made = await root.run('POST', '/nodes/pve1/qemu', {
      vmid: 950,
      name: 'planted',
      description: PLANTED.join('\n'),
      cipassword: SECRETS.plain,
    });
    expect(made).toMatchObject({ exitstatus: 'OK' });
    const report = await runDoctor(checks, place, { patience: PATIENCE });
    const nodes = place.nodes.map(({ name }) => name);
    const findings = findingsOf(report.results, nodes);
    const bundle = await makeBundle({
      looker: report.looker,
      findings,
      plain: plainReport(findings, checks, {
        ascii: false,
        all: true,
        capabilities: capabilitiesOf(report.results),
      }),
      json: reportJson(findings, '0.1.0'),
      nodes,
      now: 1_772_323_200,
    });
    files = readTar(gunzipSync(bundle));
  }, 60_000);
  afterAll(() => done());

  test('holds findings, versions, configuration and what was read', () => {
    const names = [...files.keys()];
    expect(names).toContain('proxwright-doctor/findings.json');
    expect(names).toContain('proxwright-doctor/pve2/etc/network/interfaces');
    expect(files.get('proxwright-doctor/pve1/versions.txt')).toContain('pve-manager: 9.2.11');
    expect(files.get('proxwright-doctor/readings.txt')).toContain('### API  GET /nodes/pve1/qemu/950/config');
    expect(names.filter((name) => name.startsWith('/') || name.includes('..'))).toEqual([]);
  });

  test('holds none of the secrets', () => {
    for (const [name, text] of files)
      for (const secret of Object.values(SECRETS))
        expect(text.includes(secret), `${secret} in ${name}`).toBe(false);
  });
});

/** The reader of the test, so that the writer is held against the format and not against itself. */
function readTar(bytes: Buffer): Map<string, string> {
  const files = new Map<string, string>();
  for (let at = 0; bytes[at] !== 0; ) {
    const text = (from: number, length: number) =>
      bytes.toString('latin1', at + from, at + from + length).replace(/\0.*$/s, '');
    const size = Number.parseInt(text(124, 12), 8);
    const sum = [...bytes.subarray(at, at + 512)].reduce(
      (all, byte, index) => all + (index >= 148 && index < 156 ? 32 : byte),
      0,
    );
    expect(Number.parseInt(text(148, 8), 8)).toBe(sum);
    expect(text(257, 6)).toBe('ustar');
    files.set(text(0, 100), bytes.toString('utf8', at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}
