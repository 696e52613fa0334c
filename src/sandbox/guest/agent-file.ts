import { fail } from '../refusal.ts';
import type { World } from '../world.ts';
import { decodeAll, readIgnition } from './agent.ts';

/** Preset, as the guest's Ignition names it → the file that its servers have their kubeconfig in. */
const KUBECONFIGS: Readonly<Record<string, string>> = {
  k3s: '/etc/rancher/k3s/k3s.yaml',
  kubernetes: '/etc/kubernetes/admin.conf',
};

/**
 * file-read: no system runs in a guest of the sandbox, so no file is there. Only a guest whose Ignition would
 * make it a server of a Kubernetes cluster has the files that such a server would have by now, and what
 * stands in them says that it leads nowhere.
 */
export function readFileInGuest(
  world: World,
  { vmid, node, file }: { vmid: number; node: string; file: string },
): { content: string } {
  const { values } = world.guests.read(vmid, node);
  const ignition = decodeAll(readIgnition(world, node, values) ?? '');
  const preset = /^ROLE=server$/m.test(ignition) ? /PRESET=([a-z0-9]+)$/m.exec(ignition)?.[1] : undefined;
  const kubeconfig = preset === undefined ? undefined : KUBECONFIGS[preset];
  if (kubeconfig !== undefined && file === kubeconfig)
    return { content: simulated(values.name ?? `VM${vmid}`) };
  if (kubeconfig !== undefined && file === '/etc/proxwright/joined') return { content: '' };
  throw fail(`Agent error: failed to open file '${file}' (mode: 'r'): No such file or directory`);
}

function simulated(name: string): string {
  const nothing = Buffer.from('simulated by the proxwright sandbox\n').toString('base64');
  return [
    '# Simulated: a guest of the proxwright sandbox wrote this. No cluster stands behind it.',
    'apiVersion: v1',
    'kind: Config',
    'clusters:',
    '- cluster:',
    `    certificate-authority-data: ${nothing}`,
    '    server: https://127.0.0.1:6443',
    '  name: simulated',
    'contexts:',
    '- context:',
    '    cluster: simulated',
    '    user: simulated',
    '  name: simulated',
    'current-context: simulated',
    'users:',
    '- name: simulated',
    '  user:',
    `    client-certificate-data: ${nothing}`,
    `    client-key-data: ${nothing}`,
    `# by ${name}`,
    '',
  ].join('\n');
}
