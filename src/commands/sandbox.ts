import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { CommandLine } from '../cli.ts';
import type { Env } from '../env.ts';
import { RunError, UsageError } from '../errors.ts';
import { findSandbox } from '../target/running-sandbox.ts';
import { startEmbedded } from './targets/embedded-sandbox.ts';
import { sandboxFolder } from './targets/open-target.ts';

/** `sandbox`: the practice cluster as a server of its own, for curl, Ansible and several terminals. */
export async function sandbox(line: CommandLine, env: Env): Promise<number> {
  const stateDir =
    line.values.state === undefined ? sandboxFolder(env) : path.resolve(env.cwd, line.values.state);
  switch (line.operands[0]) {
    case 'start':
      return start(stateDir, line, env);
    case 'status':
      return status(stateDir, line, env);
    case 'reset':
      return reset(stateDir, env);
    case 'stop':
      return stop(stateDir, env);
    default:
      throw new UsageError(`sandbox has no "${line.operands[0]}"`, { fix: 'start, status, reset or stop' });
  }
}

/** Runs until it is told to stop: by Ctrl+C, a signal, or `sandbox stop`. */
async function start(stateDir: string, { values, switches }: CommandLine, env: Env): Promise<number> {
  const running = await findSandbox(stateDir);
  if (running)
    throw new RunError(`a sandbox runs there already, at https://127.0.0.1:${running.port}`, {
      where: stateDir,
    });
  const port = numberOf('--port', values.port, { least: 0, most: 65_535 });
  const speed = numberOf('--speed', values.speed, { least: 0.1, most: 1000 });
  const server = await startEmbedded(stateDir, env, {
    ...(port === undefined ? {} : { port }),
    ...(speed ? { speed } : {}),
  });
  if (!('url' in server))
    throw new RunError('another process has just started a sandbox there', { where: stateDir });
  const { url, fingerprint } = server;
  if (switches.has('json'))
    env.stdout.write(`${JSON.stringify({ url, fingerprint, stateDir, pid: env.pid })}\n`);
  else {
    env.stdout.write(
      [
        `The sandbox, a practice cluster of three simulated nodes, listens at ${url}`,
        '  user root@pam, password sandbox',
        `  certificate ${fingerprint}`,
        `  state in ${stateDir}`,
        `  try it: curl -k ${url}/api2/json/version -H 'Authorization: …', or proxwright --target sandbox`,
        'Ctrl+C stops it; its state stays.',
        '',
      ].join('\n'),
    );
  }
  await new Promise<void>((resolve) => env.signal.addEventListener('abort', () => resolve(), { once: true }));
  await server.close();
  return 0;
}

async function status(stateDir: string, { switches }: CommandLine, env: Env): Promise<number> {
  const running = await findSandbox(stateDir);
  const url = running ? `https://127.0.0.1:${running.port}` : undefined;
  if (switches.has('json'))
    env.stdout.write(`${JSON.stringify({ running: running !== undefined, url, stateDir })}\n`);
  else
    env.stdout.write(
      `${url ? `runs at ${url}` : 'does not run as a server (each command then brings its own)'}; state in ${stateDir}\n`,
    );
  return 0;
}

async function reset(stateDir: string, env: Env): Promise<number> {
  if (await findSandbox(stateDir))
    throw new RunError('the sandbox is in use', { where: stateDir, fix: 'proxwright sandbox stop' });
  await rm(stateDir, { recursive: true, force: true });
  env.stderr.write('the sandbox is as new\n');
  return 0;
}

async function stop(stateDir: string, env: Env): Promise<number> {
  const running = await findSandbox(stateDir);
  if (!running) {
    env.stderr.write('no sandbox runs there\n');
    return 0;
  }
  if (running.pid === undefined || running.pid === env.pid)
    throw new RunError('the sandbox does not say which process it is', { where: stateDir });
  env.stop(running.pid);
  for (let tries = 0; tries < 50; tries++) {
    if (!(await findSandbox(stateDir))) return 0;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new RunError(`process ${running.pid} was asked to stop, but the sandbox still answers`, {
    where: stateDir,
  });
}

function numberOf(
  option: string,
  text: string | undefined,
  { least, most }: { least: number; most: number },
): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isFinite(value) && value >= least && value <= most) return value;
  throw new UsageError(`${option} wants a number from ${least} to ${most}, not "${text}"`);
}
