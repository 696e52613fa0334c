import { readAsset } from '../../assets.ts';
import type { Step, StepValue } from '../../plan/step.ts';
import type { KeaAnswers } from './answers.ts';
import { programStep, type Site } from './host-steps.ts';
import { DAEMON_JSON, FOLDER } from './places.ts';
import { envFile, variablesOf } from './unit.ts';

/** Docker in the container, with an image of the agent and Kea that is built there. */
export function dockerSteps(answers: KeaAnswers, { place, where, program, needs }: Site): Step[] {
  const { node } = place;
  const file = (path: string, content: string, behind: readonly string[]): Step => ({
    id: `write ${path} ${where}`,
    title: `write ${path} ${where}`,
    verb: 'write-file',
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
    args: { ...place, packages: ['docker.io', 'docker-compose'] },
    needs: [daemon.id],
    uses: { node },
  };
  const path = `${FOLDER}/proxwright`;
  const copy = programStep(place, { where, program, path, link: null, unit: null, needs });
  const { variables, stamp } = variablesOf(answers, { node, program: program.sha256, inside: true });
  const settings = { ...variables, PROXWRIGHT_HOST_ETC: '/host/etc' };
  const files = [
    file(`${FOLDER}/Dockerfile`, readAsset('kea/Dockerfile'), needs),
    file(`${FOLDER}/compose.yaml`, readAsset('kea/compose.yaml'), needs),
    file(`${FOLDER}/.env`, envFile(settings), needs),
  ];
  const up: Step = {
    id: `run the agent ${where}`,
    title: `build and start the Kea agent by Docker ${where}`,
    verb: 'compose-up',
    args: { ...place, folder: FOLDER, stamp },
    needs: [install.id, copy.id, ...files.map(({ id }) => id)],
    uses: { node },
  };
  return [daemon, install, copy, ...files, up];
}
