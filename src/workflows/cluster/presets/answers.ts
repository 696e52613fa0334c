import { z } from 'zod';
import { fileName } from '../../../answers/fields.ts';
import { parseAddress } from '../../../answers/ip.ts';
import { secretText } from '../../../answers/secret-text.ts';
import { INSTALLS, PRESETS, ROLES } from './catalogue.ts';

/** The `preset:` of a cluster. */
export const presetAnswers = z
  .enum(PRESETS)
  .meta({
    label: 'Preset',
    help: 'Makes the guests a Kubernetes cluster: k3s, or kubernetes by kubeadm. Your own Butane is merged over it.',
    details: {
      k3s: 'small, complete, one program',
      kubernetes: 'by kubeadm, as its makers do it',
    },
    also: ['kind', 'distribution'],
  })
  .optional();

/** The `role:` of a group. */
export const roleAnswers = z
  .enum(ROLES)
  .meta({
    label: 'Role',
    help: 'In a preset. Without it a group called server or control-plane is the server, every other one an agent.',
    ask: 'more',
  })
  .optional();

/** What a wizard begins with: servers that bear the loss of one, and guests that do the work. */
export const PRESET_GROUPS = [
  { name: 'server', count: 3, cores: 2, memory: 4096, disk: '20G' },
  { name: 'agent', count: 2, cores: 2, memory: 4096, disk: '40G' },
];

/** The default of `timeout`: a first server fetches some 80 MB, waits for others, and starts. */
export const PRESET_TIMEOUT = 900;

/** Of Kubernetes' API, and of k3s' own. */
export const API_PORT = 6443;

const hostName =
  /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/;

export const presetOptions = z
  .strictObject({
    install: z
      .enum(INSTALLS)
      .meta({
        label: 'Installed by',
        help: "download: the publisher's program. sysext: Flatcar's system extension. kubernetes has the latter only.",
      })
      .optional(),
    version: z
      .string()
      .regex(/^v\d+\.\d+\.\d+(\+k3s\d+)?$/)
      .meta({
        label: 'Version',
        help: 'Without it the one that this program knows best; a cluster that is there keeps the one it was made with.',
        wants: 'a whole version, such as v1.36.5+k3s1 or v1.36.1',
        example: 'v1.36.5+k3s1',
      })
      .optional(),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .meta({
        label: 'SHA-256',
        help: "Of that version's file. Without it a known sum, or the publisher's list, which the guest then reads.",
        wants: '64 digits of 0-9 and a-f',
        ask: 'more',
      })
      .optional(),
    token: secretText({
      label: 'Token',
      help: 'What guests join with. Without it one is made, and read back from the cluster ever after.',
      ask: 'more',
    }).optional(),
    endpoint: z
      .string()
      .refine((text) => hostName.test(text) || parseAddress(text) !== undefined)
      .meta({
        label: 'Endpoint',
        help: 'Name or address that leads to the servers (DNS, load balancer, virtual IP), on port 6443. Needed where servers have no fixed address.',
        wants: 'a host name or an address, such as k8s.lab',
        example: 'k8s.lab',
        also: ['vip', 'api_server', 'control_plane_endpoint'],
      })
      .optional(),
    kubeconfig: fileName
      .meta({
        label: 'kubeconfig',
        help: 'File on this machine (0600) that the kubeconfig goes to when the cluster is up.',
        example: 'edge.kubeconfig',
      })
      .optional(),
    cni: z
      .enum(['flannel', 'none'])
      .meta({
        label: 'Network of pods',
        help: 'Of kubernetes; k3s brings its own. none: nodes wait until you bring one.',
        ask: 'more',
      })
      .optional(),
    timeout: z.int().min(1).max(86_400).default(PRESET_TIMEOUT).meta({
      label: 'At most',
      help: 'How long to wait for the kubeconfig.',
      unit: 'seconds',
      example: PRESET_TIMEOUT,
      ask: 'more',
    }),
  })
  .meta({
    label: 'Preset options',
    help: 'Version, endpoint, and where the kubeconfig goes.',
    when: ({ preset }) => preset !== undefined,
  })
  .optional();

export type PresetOptions = NonNullable<z.output<typeof presetOptions>>;
