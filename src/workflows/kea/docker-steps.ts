import { readAsset } from '../../assets.ts';
import type { Step, StepValue } from '../../plan/step.ts';
import type { KeaAnswers } from './answers.ts';
import { programStep, type Site } from './host-steps.ts';
import { DAEMON_JSON, FOLDER } from './places.ts';
import { envFile, variablesOf } from './unit.ts';

/** Docker in the container, with an image of the agent and Kea that is built there. */
export function dockerSteps(answers: KeaAnswers, { place, where, program, needs }: Site): Step[] {
  const { node } = place;
  const file = (path: string, content: string, behind: readonly string[], verb = 'write-file'): Step => ({
    id: `write ${path} ${where}`,
    title: `write ${path} ${where}`,
    verb,
    args: { ...place, path, content, mode: 0o644 } as Record<string, StepValue>,
    needs: behind,
    uses: { node },
  });
  // Before Docker starts for the first time: the network is the node's, and its rules and bridges none of Docker's.
  const daemon = file(DAEMON_JSON, readAsset('kea/docker-daemon.json'), needs);
  const install: Step = {
    id: `install Docker ${where}`,
    title: `install docker.io and docker-compose ${where}`,
    verb: 'install-packages',
    // The command itself is a package of its own since Debian 13.
    args: { ...place, packages: ['docker.io', 'docker-cli', 'docker-compose'] },
    needs: [daemon.id],
    uses: { node },
  };
  const { variables, stamp } = variablesOf(answers, { node, program: program.sha256, inside: true });
  const variablesThere = { ...variables, PROXWRIGHT_HOST_ETC: '/host/etc' };
  const settings = file(`${FOLDER}/.env`, envFile(variablesThere), needs, 'compose-settings');
  const path = `${FOLDER}/proxwright`;
  const behind = [settings.id];
  const copy = programStep(place, { where, program, path, link: null, unit: null, needs: behind });
  const files = [
    file(`${FOLDER}/Dockerfile`, readAsset('kea/Dockerfile'), behind),
    file(`${FOLDER}/compose.yaml`, readAsset('kea/compose.yaml'), behind),
  ];
  const up: Step = {
    id: `run the agent ${where}`,
    title: `build and start the Kea agent by Docker ${where}`,
    verb: 'compose-up',
    args: { ...place, folder: FOLDER, stamp },
    needs: [install.id, copy.id, ...files.map(({ id }) => id)],
    uses: { node },
  };
  return [daemon, install, settings, copy, ...files, up];
}
