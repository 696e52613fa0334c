import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type KeaEnv, keaCommand } from '../../src/kea/command.ts';
import { agentSettings } from '../../src/kea/settings.ts';

const PVE = join(import.meta.dirname, 'cases', 'gateways', 'pve');

async function run(argv: string[], env: Partial<KeaEnv> = {}) {
  let stdout = '';
  let stderr = '';
  const code = await keaCommand(argv, {
    variables: {},
    uid: 0,
    pid: 1,
    machine: 'pve1',
    stdout: { write: (text: string) => (stdout += text) },
    stderr: { write: (text: string) => (stderr += text) },
    signal: new AbortController().signal,
    self: [],
    kill: () => false,
    ...env,
  });
  return { code, stdout, stderr };
}

describe('kea commands', () => {
  test('render --json prints one document', async () => {
    const { code, stdout } = await run(['render', '--pve', PVE, '--json']);
    const { networks, findings } = JSON.parse(stdout) as { networks: unknown[]; findings: unknown[] };
    expect(code).toBe(0);
    expect(networks).toHaveLength(1);
    expect(networks[0]).toMatchObject({ bridge: 'vmbr0', vlan: null, config: { Dhcp4: {} } });
    expect(findings[0]).toEqual({
      vmid: 100,
      nic: 'net0',
      severity: 'warning',
      message: 'gateway 10.0.9.1 is outside of 10.0.0.5/24; the guest must accept that',
    });
  });

  test('render has a DHCPv6 part only where it is asked for', async () => {
    const pve = join(import.meta.dirname, 'cases', 'ipv6', 'pve');
    const configs = async (...more: string[]): Promise<string[][]> => {
      const { stdout } = await run(['render', '--pve', pve, '--json', ...more]);
      const { networks } = JSON.parse(stdout) as { networks: { config: object }[] };
      return networks.map(({ config }) => Object.keys(config));
    };
    expect(await configs()).toEqual([['Dhcp4']]);
    expect(await configs('--dhcp6')).toEqual([['Dhcp4', 'Dhcp6']]);
  });

  test('render for people: configurations on stdout, findings on stderr', async () => {
    const { stdout, stderr } = await run(['render', '--pve', PVE]);
    expect(stdout).toMatch(/^\/\/ vmbr0\n\{/);
    expect(stderr).toMatch(/^warning: guest 100 net0: gateway/);
  });

  test.each([
    [[], 'kea wants a command'],
    [['serve'], 'there is no command "kea serve"'],
    [['render', '--pvee', 'x'], /Unknown option '--pvee'/],
  ])('%j is refused', async (argv, message) => {
    await expect(run(argv)).rejects.toThrow(message);
  });

  test('the agent wants root; a status without an agent says what to do', async () => {
    await expect(run(['agent'], { uid: 1000 })).rejects.toThrow('the Kea agent has to run as root');
    const folder = mkdtempSync(join(tmpdir(), 'proxwright-'));
    try {
      const asked = run(['status'], { variables: { PROXWRIGHT_KEA_STATUS: folder } });
      await expect(asked).rejects.toMatchObject({ message: 'the Kea agent does not run here', exitCode: 1 });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('settings', () => {
  test('VM_CHECK_POLL is the fallback period', () => {
    expect(agentSettings({ VM_CHECK_POLL: '5' }, { hooks: '' }).poll).toBe(5);
    expect(agentSettings({}, { hooks: '' }).poll).toBe(60);
  });

  test.each(['0', '-1', 'soon', '1e9'])('VM_CHECK_POLL=%s is refused', (text) => {
    expect(() => agentSettings({ VM_CHECK_POLL: text }, { hooks: '' })).toThrow(
      `VM_CHECK_POLL=${text} is not a number`,
    );
  });
});
