import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { endTerminals, inTerminal } from './pseudo-terminal.ts';
import { type Sshd, sshdMissing, startSshd } from './sshd.ts';

/** What a command asks at a terminal. */
let home: string;

beforeAll(() => {
  home = mkdtempSync(path.join(tmpdir(), 'proxwright-asking-'));
  writeFileSync(
    path.join(home, 'one.yaml'),
    'version: 1\nclusters: [{ name: one, groups: [{ name: a, count: 1 }] }]\n',
  );
});
afterEach(endTerminals);
afterAll(() => rmSync(home, { recursive: true }));

test.each(['ctrl-c', 'ctrl-d'])('%s in place of a yes is a no', async (key) => {
  const terminal = inTerminal({ home, args: ['apply', 'one.yaml', '--target', 'sandbox'] });
  await terminal.shows('Do this? [y/N]');
  await terminal.press(key);
  expect(await terminal.exit()).toBe(130);
  expect(terminal.raw()).toContain('nothing was done');
  expect(terminal.raw()).not.toContain('bug');
});

const missing = sshdMissing();
if (missing && process.env.CI) throw new Error(missing);

describe.skipIf(missing !== undefined)(`a key with a passphrase${missing ? ` (${missing})` : ''}`, () => {
  let sshd: Sshd;
  beforeAll(async () => {
    sshd = await startSshd();
    mkdirSync(path.join(home, '.ssh'), { mode: 0o700 });
    copyFileSync(path.join(sshd.folder, 'locked'), path.join(home, '.ssh/id_ed25519'));
    writeFileSync(path.join(home, '.ssh/known_hosts'), sshd.knownHosts);
  });
  afterAll(() => sshd.remove());

  const doctor = () =>
    inTerminal({
      home,
      args: ['doctor', '--target', `ssh://${sshd.user}@127.0.0.1:${sshd.port}`],
      columns: 200,
    });

  test('its passphrase is asked for, and seen by nobody', async () => {
    const terminal = doctor();
    await terminal.shows(/Passphrase of .*id_ed25519:/);
    await terminal.press('opens', 'enter');
    // In, and no Proxmox VE there.
    await terminal.shows('this is no Proxmox VE node');
    expect(terminal.raw()).not.toContain('opens');
  });

  test('a wrong one is told, and none is a refusal', async () => {
    const wrong = doctor();
    await wrong.shows('Passphrase of');
    await wrong.press('nonsense', 'enter');
    await wrong.shows('the passphrase does not open the key');
    const none = doctor();
    await none.shows('Passphrase of');
    await none.press('enter');
    await none.shows('not tried, since it needs a passphrase');
  });
});
