import { existsSync, statSync } from 'node:fs';
import { hostPath } from '../host/paths.ts';
import { splitWords } from '../host/words.ts';
import { fail } from '../refusal.ts';
import { propertyFormat } from '../schema/formats.ts';
import { DIR_MAPPING, MACHINE, NET, VIRTIOFS } from '../schema/guest-formats.ts';
import { readPropertyString } from '../schema/property-string.ts';
import type { World } from '../world.ts';
import { contentFile } from './content.ts';
import { drivesIn, hasOwnVolume, isCloudInit } from './drives.ts';
import { QEMU_VERSION } from './identity.ts';
import { memoryOf } from './status.ts';

interface Starting {
  readonly node: string;
  readonly vmid: number;
  readonly values: Readonly<Record<string, string>>;
  readonly log: (line: string) => void;
}

const MiB = 1024 ** 2;
const SNIPPET_LIMIT = MiB;

/** What a real node finds out only when a guest starts, in its order. */
export function checkStart(world: World, guest: Starting): void {
  checkCloudInit(world, guest);
  checkVolumes(world, guest);
  checkMappings(world, guest);
  checkBridges(world, guest);
  checkMachine(guest);
  checkHook(world, guest);
  checkArguments(world, guest);
  checkMemory(world, guest);
}

function checkCloudInit(world: World, { node, values }: Starting): void {
  if (values.cicustom === undefined || !drivesIn(values).some(isCloudInit)) return;
  for (const volid of Object.values(readPropertyString(propertyFormat('pve-qm-cicustom'), values.cicustom))) {
    const file = contentFile(world, node, volid);
    if (file?.content !== 'snippets') throw fail(`${volid} is not in the snippets directory`);
    if (!existsSync(file.path)) throw fail(`can't open '${file.shown}' - No such file or directory`);
    if (statSync(file.path).size > SNIPPET_LIMIT) throw fail(`file '${file.shown}' too long - aborting`);
  }
}

function checkVolumes(world: World, { node, values }: Starting): void {
  for (const drive of drivesIn(values)) {
    if (drive.file === 'none' || drive.file === 'cdrom' || drive.file.startsWith('/')) continue;
    const storage = world.storages.on(node, drive.file.split(':')[0] ?? '');
    const file = contentFile(world, node, drive.file);
    const there = file ? existsSync(file.path) : world.volumes.find(storage, node, drive.file) !== undefined;
    if (!there && (file || hasOwnVolume(drive))) throw fail(`volume '${drive.file}' does not exist`);
  }
}

function checkBridges(world: World, { node, values }: Starting): void {
  const bridges = world.nodes.get(node).bridges.map((bridge) => bridge.name);
  for (const [name, value] of Object.entries(values)) {
    if (!/^net\d+$/.test(name)) continue;
    const { bridge } = readPropertyString(NET, value);
    if (bridge !== undefined && !bridges.includes(bridge)) throw fail(`bridge '${bridge}' does not exist`);
  }
}

function checkMappings(world: World, { node, values }: Starting): void {
  for (const [name, value] of Object.entries(values)) {
    if (!/^virtiofs\d+$/.test(name)) continue;
    const dirid = readPropertyString(VIRTIOFS, value).dirid ?? '';
    const mapping = world.mappings.get(dirid);
    if (!mapping) throw fail(`Directory ID ${dirid} does not exist.`);
    const maps = (mapping.values.map ?? '').split('\n').map((map) => readPropertyString(DIR_MAPPING, map));
    const here = maps.find((map) => map.node === node);
    if (!here) throw fail(`Directory ID ${dirid} is not mapped on node '${node}'`);
    if (!existsSync(hostPath(world, node, here.path ?? '/'))) {
      throw fail(`Directory mapping invalid: Path ${here.path} does not exist`);
    }
  }
}

function checkMachine({ values, log }: Starting): void {
  const type = readPropertyString(MACHINE, values.machine ?? '').type ?? '';
  const version = /-(\d+)\.(\d+)/.exec(type);
  const [major = 0, minor = 0] = QEMU_VERSION.split('.').map(Number);
  if (!version || Number(version[1]) < major || (Number(version[1]) === major && Number(version[2]) <= minor))
    return;
  log(`kvm: unsupported machine type: "${type}"`);
  throw fail('start failed: QEMU exited with code 1');
}

function checkHook(world: World, { node, vmid, values }: Starting): void {
  if (values.hookscript === undefined) return;
  const file = contentFile(world, node, values.hookscript);
  if (!file || !existsSync(file.path)) {
    throw fail(`hookscript error for ${vmid} on pre-start: script '${values.hookscript}' does not exist`);
  }
}

/** QEMU opens the files that `args` names; unbalanced quotes silently drop all of it. */
function checkArguments(world: World, { node, values, log }: Starting): void {
  let words: string[];
  try {
    words = splitWords(values.args ?? '');
  } catch {
    return;
  }
  for (const [index, word] of words.entries()) {
    const value = words[index + 1] ?? '';
    const missing = (key: string) => {
      const path = new RegExp(`(?:^|,)${key}=((?:[^,]|,,)*)`).exec(value)?.[1]?.replaceAll(',,', ',');
      return path !== undefined && !existsSync(hostPath(world, node, path)) ? path : undefined;
    };
    const file = word === '-fw_cfg' ? missing('file') : undefined;
    const folder = word === '-virtfs' || word === '-fsdev' ? missing('path') : undefined;
    if (file !== undefined)
      log(
        `kvm: -fw_cfg ${value}: can't load ${file}: Failed to open file “${file}”: No such file or directory`,
      );
    if (folder !== undefined)
      log(
        `kvm: ${word} ${value}: cannot initialize fsdev: failed to open '${folder}': No such file or directory`,
      );
    if (file !== undefined || folder !== undefined) throw fail('start failed: QEMU exited with code 1');
  }
}

function checkMemory(world: World, { node, values, log }: Starting): void {
  const { memory, memoryUsed } = world.nodes.get(node);
  const wanted = memoryOf(values) * MiB;
  if (wanted <= memory - memoryUsed - world.running.memoryOn(node)) return;
  log("kvm: cannot set up guest memory 'pc.ram': Cannot allocate memory");
  throw fail('start failed: QEMU exited with code 1');
}
