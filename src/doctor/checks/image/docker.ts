import { defineCheck } from '../../check.ts';
import { info, pass } from '../../verdict.ts';

export const imageDocker = defineCheck({
  id: 'IMG-DOCKER',
  group: 'image building',
  title: 'Docker, for its engine',
  looksAt: 'docker version',
  why: 'Only engine: docker needs it, and a daemon that answers this user.',
  needs: 'local',
  scope: 'cluster',
  for: ['maas_image'],
  read: (look) => look.command('docker', 'version', '--format', '{{.Server.Version}}'),
  judge({ exitCode, stdout }) {
    if (exitCode === 127)
      return info('docker is not installed; the native engine does without', {
        text: 'install it where engine: docker is wanted',
        command: 'apt-get install -y docker.io',
      });
    const version = stdout.trim();
    if (exitCode === 0 && /^\d+\.\d+/.test(version)) return pass(version);
    return info('docker is installed, but its daemon does not answer', {
      text: 'start it',
      command: 'systemctl start docker',
    });
  },
});
