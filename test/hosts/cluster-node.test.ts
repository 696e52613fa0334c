import { execFile } from 'node:child_process';
import { expect, test } from 'vitest';
import { TargetError } from '../../src/errors.ts';
import { clusterNodeHost } from '../../src/hosts/cluster-node.ts';
import type { RawResult, RunCommand } from '../../src/hosts/remote.ts';

/** Plays the first node: keeps what is run, and runs what comes behind `--` in a real shell, as sshd would. */
function firstNode({ ownFile = true, failures = [] as string[] } = {}) {
  const seen: string[][] = [];
  const run: RunCommand = (argv, options) => {
    if (argv[0] === 'test') return Promise.resolve(result(ownFile ? 0 : 1));
    seen.push([...argv]);
    const stderr = failures.shift();
    if (stderr !== undefined) return Promise.resolve(result(255, stderr));
    const line = argv.slice(argv.indexOf('--') + 1).join(' ');
    return new Promise((resolve) => {
      const child = execFile('/bin/sh', ['-c', line], { encoding: 'buffer' }, (error, stdout, err) => {
        resolve({ exitCode: Number(error?.code ?? 0), stdout, stderr: err });
      });
      child.stdin?.end(options.input);
    });
  };
  return { seen, host: clusterNodeHost({ node: 'pve2', address: '192.0.2.12', run }) };
}

function result(exitCode: number, stderr = ''): RawResult {
  return { exitCode, stdout: Buffer.alloc(0), stderr: Buffer.from(stderr) };
}

test("goes the way of the cluster's own ssh, and words arrive as they were", async () => {
  const { seen, host } = firstNode();
  const done = await host.run(['printf', '%s|', "it's", 'a b', '$HOME', '']);
  expect(done.stdout).toBe("it's|a b|$HOME||");
  expect(seen[0]?.slice(0, -1)).toEqual([
    'ssh',
    ...['-e', 'none'],
    ...['-o', 'BatchMode=yes'],
    ...['-o', 'HostKeyAlias=pve2'],
    ...['-o', 'UserKnownHostsFile=/etc/pve/nodes/pve2/ssh_known_hosts'],
    ...['-o', 'GlobalKnownHostsFile=none'],
    ...['-o', 'ConnectTimeout=10'],
    'root@192.0.2.12',
    '--',
  ]);
});

test('an older node has all keys in one file', async () => {
  const { seen, host } = firstNode({ ownFile: false });
  await host.run(['true']);
  expect(seen[0]).toContain('GlobalKnownHostsFile=/etc/ssh/ssh_known_hosts');
  expect(seen[0]?.join(' ')).not.toContain('UserKnownHostsFile');
});

test("a command's own 255 is a result", async () => {
  const { host } = firstNode();
  expect(await host.run(['sh', '-c', 'echo own words >&2; exit 255'])).toMatchObject({
    exitCode: 255,
    stderr: 'own words\n',
  });
});

test('a refused key is an error that names node and remedy, and is not tried again', async () => {
  const { seen, host } = firstNode({ failures: ['Host key verification failed.'] });
  const error = (await host.read('/etc/x').catch((reason: unknown) => reason)) as TargetError;
  expect(error).toBeInstanceOf(TargetError);
  expect(error.where).toBe('pve2 (192.0.2.12)');
  expect(error.fix).toContain('pvecm updatecerts');
  expect(seen).toHaveLength(1);
});

test('a lost connection: reads again, others not', async () => {
  const lost = 'Connection to 192.0.2.12 closed by remote host.';
  const reading = firstNode({ failures: [lost] });
  expect(await reading.host.read('/no/such/file')).toBeUndefined();
  const writing = firstNode({ failures: [lost] });
  await expect(writing.host.run(['true'])).rejects.toThrow('not reached by ssh');
  expect(writing.seen).toHaveLength(1);
});
