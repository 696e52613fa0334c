import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { secretsFrom } from '../../src/workflows/cluster/presets/secrets.ts';
import { tool } from '../system/environment.ts';
import { filesIn, ignitionOf, ignitionTexts, presetPlan } from './preset-plans.ts';

const ways = [
  ['k3s', 'download'],
  ['k3s', 'sysext'],
  ['kubernetes', 'sysext'],
] as const;
const cases = ways.flatMap(([preset, install]) =>
  (['edge-server-1', 'edge-server-2', 'edge-worker-1'] as const).map((guest) => ({ preset, install, guest })),
);
const validate = tool('ignition-validate', 'ignition');
const analyze = tool('systemd-analyze', 'systemd');

describe.each(cases)('$preset by $install, $guest', ({ preset, install, guest }) => {
  const options = `{ install: ${install}, token: aaaaaaaaaaaaaaaaaaaaaaaa }`;
  const plan = presetPlan({ preset, options });
  const ignition = ignitionOf(plan, guest);
  const isServer = guest.includes('server');
  const secrets = secretsFrom('aaaaaaaaaaaaaaaaaaaaaaaa');

  test('compiles without a report', () => {
    expect(
      plan.findings.filter(({ path: at }) => at?.endsWith('.preset')).map(({ severity }) => severity),
    ).toEqual(install === 'download' ? [] : ['info']);
    expect(plan.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  test.skipIf(validate.missing)(`ignition-validate takes it${validate.name}`, () => {
    const { status, stdout, stderr } = spawnSync('ignition-validate', ['-'], {
      input: JSON.stringify(ignition),
      encoding: 'utf8',
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  test.skipIf(analyze.missing)(`systemd takes its units${analyze.name}`, () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'proxwright-units-'));
    try {
      const units = ignition.systemd.units.filter(({ contents }) => contents !== undefined);
      expect(units.length).toBeGreaterThan(1);
      for (const { name, contents = '' } of units) writeFileSync(path.join(folder, name), contents);
      const files = units.map(({ name }) => `./${name}`);
      const { stderr, error } = spawnSync('systemd-analyze', ['verify', '--man=no', ...files], {
        cwd: folder,
        encoding: 'utf8',
      });
      expect(error).toBeUndefined();
      // What the units start comes with the guest, and is not on this machine.
      const said = stderr
        .split('\n')
        .filter((line) => line !== '' && !/Command \S+ is not executable/.test(line));
      expect(said).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('secrets stand only in files that root alone reads, and agents have no server token', () => {
    const files = filesIn(ignition);
    const all = [secrets.token, secrets.agentToken, secrets.bootstrap.secret, secrets.certificateKey];
    const open = ignition.storage.files
      .filter(({ mode }) => mode !== 0o600)
      .map((file) => files.get(file.path));
    const units = ignition.systemd.units.map(({ contents }) => contents);
    for (const secret of [...all, secrets.nodePassword(guest)]) {
      expect(open.join('\n')).not.toContain(secret);
      expect(units.join('\n')).not.toContain(secret);
    }
    const text = [...files.values()].join('\n');
    expect(text.includes(secrets.token)).toBe(isServer);
    expect(text.includes(secrets.certificateKey)).toBe(isServer && preset === 'kubernetes');
  });

  test('what is fetched has its sum, or the list that has it', () => {
    const settings = filesIn(ignition).get('/etc/proxwright/preset.env') ?? '';
    const value = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(settings)?.[1] ?? '';
    expect(value('URL')).toMatch(/^https:\/\//);
    expect(value('SHA256')).toMatch(install === 'download' ? /^[0-9a-f]{64}$/ : /^$/);
    expect(value('LIST')).toMatch(/^https:\/\//);
    expect(value('FIRST')).toBe(guest === 'edge-server-1' ? 'yes' : 'no');
    expect(value('PEERS')).toBe('"10.0.20.11 10.0.20.12 10.0.20.13"');
    expect(settings).not.toContain('{');
  });
});

describe('a cluster that grows', () => {
  const few = ignitionTexts(presetPlan({ preset: 'k3s', servers: 1, agents: 2 }));

  test.each([
    ['agents', presetPlan({ preset: 'k3s', servers: 1, agents: 5 }), 6],
    ['servers', presetPlan({ preset: 'k3s', servers: 3, agents: 2 }), 5],
  ] as const)('has the same configs for all others when it gets more %s', (_, plan, guests) => {
    const more = ignitionTexts(plan);
    expect(more.size).toBe(guests);
    for (const [guest, text] of few) expect(more.get(guest)).toBe(text);
  });
});

test("a group's own Butane is merged over the preset's", () => {
  const files = new Map([
    [
      'own.bu',
      [
        'variant: flatcar',
        'version: 1.0.0',
        'storage:',
        '  files:',
        '    - path: /etc/sysctl.d/90-proxwright.conf',
        '      contents: { inline: mine }',
        'systemd:',
        '  units:',
        '    - { name: locksmithd.service, mask: false }',
        '    - { name: k3s.service, dropins: [{ name: more.conf, contents: "[Service]\\nNice=5\\n" }] }',
      ].join('\n'),
    ],
  ]);
  const plan = presetPlan({ preset: 'k3s', more: ', butane: own.bu', files });
  const ignition = ignitionOf(plan, 'edge-server-1');
  expect(plan.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(filesIn(ignition).get('/etc/sysctl.d/90-proxwright.conf')).toBe('mine');
  const unit = ignition.systemd.units.find(({ name }) => name === 'k3s.service');
  expect(unit).toMatchObject({ enabled: true, contents: expect.stringContaining('k3s server') as string });
  expect(unit).toHaveProperty('dropins');
  expect(ignition.systemd.units.find(({ name }) => name === 'locksmithd.service')?.mask).toBe(false);
});
