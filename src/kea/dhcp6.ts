import { existsSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { RunError } from '../errors.ts';
import { askKea } from './control-socket.ts';
import { type GenerationFiles, replaceFile } from './generation-files.ts';
import { type KeaProcess, type KeaProgram, START_TIMEOUT_MS, spawnKea, stopKea } from './kea-process.ts';
import type { Network } from './networks.ts';
import { INSIDE, type NetworkNames, placeOf } from './place.ts';
import { confOf, isAlive, processId } from './processes.ts';
import { renderDhcp6 } from './render6.ts';
import { readOrNothing } from './tree.ts';

/**
 * The DHCPv6 server of a network, for guests with a static `ip6=`. It has one generation only: a change is read by
 * the running Kea, which is deaf for some 30 ms meanwhile; DHCPv6 clients ask again after a second (RFC 8415).
 */
export interface Dhcp6 {
  /** Throws RunError or TargetError; what was served before goes on. */
  serve(network: Network): Promise<void>;
  stop(): Promise<void>;
}

export function dhcp6Of(names: NetworkNames, given: KeaProgram): Dhcp6 {
  const { folders, commands } = given;
  const kea: KeaProgram = { ...given, program: join(dirname(given.program), 'kea-dhcp6') };
  const stem = join(folders.run, `proxwright-${names.id}.v6`);
  const files: GenerationFiles = {
    conf: `${stem}.json`,
    log: `${stem}.log`,
    socket: `${stem}.sock`,
    pid: `${stem}.kea-dhcp6.pid`,
  };
  let running: KeaProcess | undefined;

  /** The one that we started, or that an earlier agent left. */
  function find(): KeaProcess | undefined {
    if (running && isAlive(running.process)) return running;
    const id = processId(Number(readOrNothing(files.pid)));
    return id && confOf(id.pid) === files.conf ? { process: id, ended: undefined } : undefined;
  }

  async function stop(): Promise<void> {
    running = find();
    if (running) await stopKea(running, kea);
    running = undefined;
    rmSync(files.conf, { force: true });
  }

  async function serve(network: Network): Promise<void> {
    if (!network.reservations.some(({ ipv6 }) => ipv6 !== undefined)) {
      if (existsSync(files.conf)) await stop();
      return;
    }
    if (!existsSync(kea.program)) {
      throw new RunError(`${kea.program} is not installed`, { fix: 'apt install kea-dhcp6-server' });
    }
    const place = { ...placeOf(names, 'a', { folders }), socket: files.socket };
    const text = JSON.stringify(renderDhcp6(network, place));
    running = find();
    if (running && readOrNothing(files.conf) === text) return;
    if (running) await test(text);
    replaceFile(files.conf, text, kea.owner);
    if (running) await askKea(files.socket, { command: 'config-reload' }, { timeout: START_TIMEOUT_MS });
    else running = await start();
  }

  /** Kea binds its link-local address at once, so nobody may still be asking whether it is taken (RFC 4862). */
  async function start(): Promise<KeaProcess> {
    const address = ['addr', 'replace', `fe80::${names.addresses.a}/64`, 'dev', INSIDE, 'nodad'];
    await commands.run(['ip', '-netns', names.namespace, ...address]);
    return spawnKea(names.namespace, { files, kea });
  }

  /** A Kea that fails to read its configuration has no sockets left. */
  async function test(text: string): Promise<void> {
    const probe = `${files.conf}.test`;
    replaceFile(probe, text, kea.owner);
    const argv = ['nsenter', `--net=/run/netns/${names.namespace}`, '--', kea.program, '-t', probe];
    const { code, stdout, stderr } = await commands.run(argv);
    rmSync(probe, { force: true });
    if (code !== 0)
      throw new RunError('Kea refuses the DHCPv6 configuration', {
        why: (stderr || stdout).trim().slice(-300),
      });
  }

  return { serve, stop };
}
