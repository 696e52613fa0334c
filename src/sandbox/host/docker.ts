import { rmSync } from 'node:fs';
import { readJson, writeJson } from '../state/files.ts';
import { installed } from './package-list.ts';
import { hostPath } from './paths.ts';
import { readHostFile, statHostFile } from './read-files.ts';
import { failed, type HostResult, type Invocation, ok, type Program } from './result.ts';

export const dockerPrograms: Readonly<Record<string, Program>> = { docker };

const BUILD_MS = 20_000;
const STATE = '/var/lib/docker/containers.json';

/** Name → environment of what runs. */
type Running = Record<string, string[]>;

/** `docker compose … up|down|ps` and `docker inspect`, as far as one service with an `.env` beside it needs them. */
async function docker(invocation: Invocation): Promise<HostResult> {
  const { world, node, args } = invocation;
  const there = installed(world, node);
  if (there['docker-cli'] === undefined) return failed(127, 'bash: docker: command not found');
  if (there['docker.io'] === undefined)
    return failed(1, 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock.');
  const state = hostPath(world, node, STATE);
  const running = readJson<Running>(state) ?? {};
  if (args[0] === 'inspect') {
    const variables = running[args.at(-1) ?? ''];
    return variables
      ? ok(`true ${JSON.stringify(variables)}\n`)
      : failed(1, `Error: No such object: ${args.at(-1)}`);
  }
  if (args[0] !== 'compose') return failed(1, `docker: '${args[0]}' is not a docker command.`);
  if (there['docker-compose'] === undefined) return failed(1, "docker: 'compose' is not a docker command.");
  const folder = args[args.indexOf('--project-directory') + 1] ?? '.';
  if (!statHostFile(invocation, `${folder}/compose.yaml`))
    return failed(14, 'no configuration file provided: not found');
  if (args.includes('down')) {
    rmSync(hostPath(world, node, '/var/lib/docker'), { recursive: true, force: true });
    return ok();
  }
  if (args.includes('ps')) return ok(running['proxwright-kea'] ? '4f1c0ffee\n' : '');
  if (!args.includes('up')) return failed(1, 'unknown docker compose command');
  for (const name of ['Dockerfile', 'proxwright']) {
    if (!statHostFile(invocation, `${folder}/${name}`))
      return failed(17, `failed to solve: "/${name}": not found`);
  }
  await world.pace.wait(BUILD_MS);
  const settings = readHostFile(invocation, `${folder}/.env`).toString('utf8').trim().split('\n');
  writeJson(state, { ...running, 'proxwright-kea': settings });
  return ok();
}
