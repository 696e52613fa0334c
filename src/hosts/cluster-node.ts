import { TargetError } from '../errors.ts';
import type { Host } from './host.ts';
import { ConnectionLost } from './lost.ts';
import { quoteArgv } from './quote.ts';
import { endingItself, type RawOptions, type RawResult, type RunCommand, remoteHost } from './remote.ts';

export interface ClusterNodeOptions {
  /** The node's name, as the cluster calls it. */
  node: string;
  /** Its address within the cluster (`GET /cluster/status`). */
  address: string;
  /** Runs commands on the node that we are on or reach first. */
  run: RunCommand;
}

/** Another node of the cluster, by the root SSH that the cluster keeps among its nodes, as PVE itself goes. */
export function clusterNodeHost({ node, address, run }: ClusterNodeOptions): Host {
  let prefix: Promise<readonly string[]> | undefined;

  return remoteHost(node, async (argv, options) => {
    prefix ??= sshCommand(node, address, run).catch((error: unknown) => {
      prefix = undefined;
      throw error;
    });
    const whole = [...(await prefix), quoteArgv(endingItself(argv, options))];
    const done = await run(whole, options);
    const refusal = refusalOf(node, address, done);
    if (!refusal) return done;
    if (!options.repeatable || refusal.final) throw refusal.error;
    return again(run, whole, options, node, address);
  });
}

async function again(
  run: RunCommand,
  argv: readonly string[],
  options: RawOptions,
  node: string,
  address: string,
): Promise<RawResult> {
  const done = await run(argv, options);
  const refusal = refusalOf(node, address, done);
  if (refusal) throw refusal.error;
  return done;
}

/** Since pve-cluster 8.0.6 each node keeps its host key under its name; before, all stood in one file. */
async function sshCommand(node: string, address: string, run: RunCommand): Promise<readonly string[]> {
  const own = `/etc/pve/nodes/${node}/ssh_known_hosts`;
  const there = await run(['test', '-f', own], { repeatable: true });
  const files =
    there.exitCode === 0
      ? ['-o', `UserKnownHostsFile=${own}`, '-o', 'GlobalKnownHostsFile=none']
      : ['-o', 'GlobalKnownHostsFile=/etc/ssh/ssh_known_hosts'];
  return [
    'ssh',
    ...['-e', 'none'],
    ...['-o', 'BatchMode=yes'],
    ...['-o', `HostKeyAlias=${node}`],
    ...files,
    ...['-o', 'ConnectTimeout=10'],
    `root@${address}`,
    '--',
  ];
}

/** ssh's own failures end with 255; a command that ends so by itself says nothing in ssh's words. */
function refusalOf(
  node: string,
  address: string,
  done: RawResult,
): { error: TargetError; final: boolean } | undefined {
  if (done.exitCode !== 255) return undefined;
  const stderr = done.stderr.toString('utf8').trim();
  const lines = stderr.split('\n');
  const said =
    lines.findLast((line) => SSH_WORDS.test(line)) ?? (stderr === '' ? 'no reason given' : undefined);
  if (said === undefined) return undefined;
  const final = /verification failed|IDENTIFICATION HAS CHANGED|Permission denied|resolve hostname/i.test(
    stderr,
  );
  const sent = /closed by|reset|broken pipe|timeout, server/i.test(said);
  const cause = new ConnectionLost(final ? 'EREFUSED' : 'ECONNRESET', sent, new Error(said));
  return {
    final,
    error: new TargetError('the other node of the cluster is not reached by ssh', {
      where: `${node} (${address})`,
      why: said,
      fix: `on this node: ssh -o HostKeyAlias=${node} root@${address} true; pvecm updatecerts mends keys`,
      cause,
    }),
  };
}

const SSH_WORDS =
  /verification failed|IDENTIFICATION HAS CHANGED|Permission denied|resolve hostname|connect to host|Connection (to \S+ )?(closed|reset|timed out|refused)|Broken pipe|not responding|kex_exchange/i;
