import type { Verb, VerbRegistry } from '../plan/verb.ts';
import { addHaResource } from './add-ha-resource.ts';
import { buildMaasImage } from './build-image.ts';
import { cloneGuest } from './clone-guest.ts';
import { composeSettings } from './compose-settings.ts';
import { composeUp } from './compose-up.ts';
import { configureGuest } from './configure-guest.ts';
import { createTemplate } from './create-template.ts';
import { destroyContainer } from './destroy-container.ts';
import { destroyGuest } from './destroy-guest.ts';
import { downloadImage } from './download-image.ts';
import { downloadTemplate } from './download-template.ts';
import { fetchKubeconfig } from './fetch-kubeconfig.ts';
import { growDisk } from './grow-disk.ts';
import { installPackages } from './install-packages.ts';
import { installProfile } from './install-profile.ts';
import { installProgram } from './install-program.ts';
import { installUnit } from './install-unit.ts';
import { joinPool } from './join-pool.ts';
import { makeContainer } from './make-container.ts';
import { makePool } from './make-pool.ts';
import { mapDirectory } from './map-directory.ts';
import { maskUnit } from './mask-unit.ts';
import { pause } from './pause.ts';
import { removeAgent } from './remove-agent.ts';
import { removeFile } from './remove-file.ts';
import { removeHaResource } from './remove-ha-resource.ts';
import { removeMaasImage } from './remove-image.ts';
import { removePackages } from './remove-packages.ts';
import { setStorageContent } from './set-storage-content.ts';
import { startContainer } from './start-container.ts';
import { startGuest } from './start-guest.ts';
import { stopGuest } from './stop-guest.ts';
import { unmapDirectory } from './unmap-directory.ts';
import { unmaskUnit } from './unmask-unit.ts';
import { verifyMaasImage } from './verify-image.ts';
import { waitGuest } from './wait-guest.ts';
import { writeFile } from './write-file.ts';
import { writeHaGroup } from './write-ha-group.ts';
import { writeHaRule } from './write-ha-rule.ts';

const list = [
  addHaResource,
  buildMaasImage,
  cloneGuest,
  composeSettings,
  composeUp,
  configureGuest,
  createTemplate,
  destroyContainer,
  destroyGuest,
  downloadImage,
  downloadTemplate,
  fetchKubeconfig,
  growDisk,
  installPackages,
  installProfile,
  installProgram,
  installUnit,
  makeContainer,
  joinPool,
  makePool,
  mapDirectory,
  maskUnit,
  pause,
  removeAgent,
  removeFile,
  removeHaResource,
  removeMaasImage,
  removePackages,
  setStorageContent,
  startContainer,
  startGuest,
  stopGuest,
  unmapDirectory,
  unmaskUnit,
  verifyMaasImage,
  waitGuest,
  writeFile,
  writeHaGroup,
  writeHaRule,
];

/** Every verb that a plan's steps may name. */
// The registry forgets the types of arguments and receipts: a journal brings them back as plain JSON.
export const verbs: VerbRegistry = new Map(list.map((verb) => [verb.name, verb as unknown as Verb]));
