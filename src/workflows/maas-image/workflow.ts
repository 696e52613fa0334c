import type { Workflow } from '../workflow.ts';
import { type MaasImageAnswers, maasImageAnswers } from './answers.ts';
import { maasImageMenu } from './menu.ts';
import { destroyImage, planImage } from './plan.ts';

export const maasImage: Workflow<MaasImageAnswers> = {
  ...maasImageMenu,
  section: 'maas_image',
  many: false,
  answers: maasImageAnswers,

  // What goes into the image may be anything; it is read when it is built.
  files: () => [],
  probes: () => ({ folders: [], scripts: [] }),
  images: () => [],

  placed(answers, { beside, here }) {
    const { output, work_dir, script, keyring, files, debian_keyring, apt_auth_file } = answers;
    return {
      ...answers,
      output: here(output),
      files: files.map((file) => ({ ...file, source: beside(file.source) })),
      debian_keyring: beside(debian_keyring),
      ...(work_dir === undefined ? {} : { work_dir: here(work_dir) }),
      ...(script === undefined ? {} : { script: beside(script) }),
      ...(apt_auth_file === undefined ? {} : { apt_auth_file: beside(apt_auth_file) }),
      ...(keyring && 'file' in keyring ? { keyring: { file: beside(keyring.file) } } : {}),
    };
  },
  builds: (answers) => [answers],

  plan: planImage,
  destroy: destroyImage,
};
