import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TargetEnvironment } from '../../src/target/environment.ts';
import { type OpenedSsh, openSsh } from '../../src/target/open-ssh.ts';
import { sshWay } from '../../src/target/ssh-config.ts';
import { cleanEnvironment, tool } from './environment.ts';
import { type Sshd, sshdMissing, startSshd } from './sshd.ts';

/** Names and ways as ~/.ssh/config has them, by the ssh of this machine. */
const ssh = tool('ssh', 'openssh-client');
const server = sshdMissing();
if (server && process.env.CI) throw new Error(server);

let home: string;
let environment: TargetEnvironment;

function configured(config: string): void {
  writeFileSync(path.join(home, '.ssh/config'), config);
}

describe.skipIf(ssh.missing || server !== undefined)(`~/.ssh/config${ssh.name}`, () => {
  let sshd: Sshd;
  beforeAll(async () => {
    sshd = await startSshd();
    home = mkdtempSync(path.join(tmpdir(), 'proxwright-ssh config-'));
    mkdirSync(path.join(home, '.ssh'), { mode: 0o700 });
    const refuse = () => Promise.reject(new Error('no sandbox is wanted'));
    const sandbox = { stateDir: home, start: refuse };
    environment = { env: cleanEnvironment(home), home, cwd: home, warn: () => {}, sandbox };
  });
  afterAll(async () => {
    await sshd?.remove();
    if (home) rmSync(home, { recursive: true });
  });

  /** What the far side says of how we came. */
  async function come(host: string): Promise<string> {
    let opened: OpenedSsh | undefined;
    try {
      opened = await openSsh({ host }, environment);
      const { stdout } = await opened.run(['sh', '-c', 'echo "came: $SSH_CONNECTION"'], {});
      return stdout.toString();
    } finally {
      opened?.close();
    }
  }

  const lab = () => `Host lab\n  HostName 127.0.0.1\n  Port ${sshd.port}\n  User ${sshd.user}
  IdentityFile "${sshd.folder}/id"\n  IdentitiesOnly yes\n  HostKeyAlias the-lab\n`;
  const known = (name: string) =>
    writeFileSync(
      path.join(home, '.ssh/known_hosts'),
      sshd.knownHosts.replace(`[127.0.0.1]:${sshd.port}`, name),
    );

  test('a short name has an address, a port, a user, a key, and a name in known_hosts', async () => {
    configured(lab());
    known('the-lab');
    expect(await come('lab')).toMatch(
      new RegExp(`^came: 127\\.0\\.0\\.1 \\d+ 127\\.0\\.0\\.1 ${sshd.port}\n$`),
    );
    known('another');
    await expect(come('lab')).rejects.toThrow('the host key is unknown');
  });

  test('a host behind two others, whose names the configuration knows', async () => {
    configured(
      `Host inner\n  ProxyJump first,second\nHost first second inner\n  ${lab().replace(/^.*\n/, '')}`,
    );
    known('the-lab');
    expect(await come('inner')).toMatch(/^came: /);
    await expect.poll(() => sshd.sessions()).toBe(0);
  });

  test('the connection is what a command gives', async () => {
    const pipe =
      "const s=require('net').connect(process.argv[1],process.argv[2]);process.stdin.pipe(s).pipe(process.stdout)";
    configured(`${lab()}  ProxyCommand ${process.execPath} -e "${pipe}" %p %h\n`);
    known('the-lab');
    expect(await come('lab')).toMatch(/^came: /);
    configured(`${lab()}  ProxyCommand false\n`);
    await expect(come('lab')).rejects.toThrow('no ssh connection');
  });

  test('a circle is an error, and so is what ssh does not understand', async () => {
    configured('Host a\n  ProxyJump b\nHost b\n  ProxyJump a\n');
    await expect(come('a')).rejects.toThrow('the way there leads in a circle');
    configured('Host lab\n  Prot 22\n');
    await expect(come('lab')).rejects.toMatchObject({
      message: 'ssh does not understand its configuration',
      why: expect.stringContaining('prot'),
    });
  });

  test('what the target says itself comes first, and root where nobody says', async () => {
    configured('Host lab\n  HostName 192.0.2.7\n  Port 2222\n  User ops\n  IdentityFile ~/.ssh/%n-%r\n');
    const ops = { host: '192.0.2.7', port: 2222, user: 'ops', identities: [`${home}/.ssh/lab-ops`] };
    expect(await sshWay({ host: 'lab' }, environment)).toMatchObject(ops);
    const told = await sshWay({ host: 'lab', port: 22, user: 'admin' }, environment);
    expect(told).toMatchObject({ host: '192.0.2.7', port: 22, user: 'admin' });
    expect(await sshWay({ host: 'pve1' }, environment)).toMatchObject({
      host: 'pve1',
      port: 22,
      user: 'root',
    });
  });

  test('a machine without ssh has the usual files', async () => {
    const bare = { ...environment, env: { ...environment.env, PATH: '/nowhere' } };
    expect(await sshWay({ host: 'pve1' }, bare)).toEqual({
      host: 'pve1',
      port: 22,
      user: 'root',
      identities: ['ed25519', 'ecdsa', 'rsa'].map((type) => `${home}/.ssh/id_${type}`),
      identitiesOnly: false,
      knownHosts: [`${home}/.ssh/known_hosts`, `${home}/.ssh/known_hosts2`, '/etc/ssh/ssh_known_hosts'],
      jumps: [],
    });
  });
});
