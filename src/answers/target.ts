import { z } from 'zod';
import { withRules } from './rule.ts';
import { secretText } from './secret-text.ts';

/** `target:` of an answer file: where the work is done. `--target` on the command line wins over it. */
export const targetAnswers = withRules(
  z.strictObject({
    url: z
      .string()
      .regex(/^(local|sandbox|(ssh|https):\/\/[^\s/?#]+\/?)$/)
      .meta({
        label: 'Target',
        help: 'The node to work on: this machine, the practice cluster, a node by SSH, or its API by HTTPS.',
        example: 'ssh://root@pve1',
        wants: 'local, sandbox, ssh://user@host[:port] or https://host[:8006]',
        also: ['host', 'address', 'endpoint'],
      }),
    ssh: z
      .string()
      .regex(/^ssh:\/\/[^\s/?#]+\/?$/)
      .meta({
        label: 'SSH beside HTTPS',
        help: 'Reaches the host for what the API alone cannot do: snippets, QEMU arguments, hookscripts.',
        wants: 'ssh://user@host[:port]',
        example: 'ssh://root@pve1',
        ask: 'more',
      })
      .optional(),
    identity: z
      .string()
      .min(1)
      .meta({
        label: 'SSH key',
        help: 'File of the private key. Without it the agent and the usual files are tried.',
        wants: 'the name of a file',
        example: '~/.ssh/id_ed25519',
        ask: 'more',
        also: ['key', 'ssh_key', 'private_key'],
      })
      .optional(),
    user: z
      .string()
      .regex(/^[^\s:/@!]+@[A-Za-z][A-Za-z0-9.\-_]+$/)
      .meta({
        label: 'API user',
        help: 'Who logs in at the API with a password.',
        wants: 'a user with its realm, such as root@pam',
        example: 'root@pam',
        also: ['username'],
      })
      .optional(),
    password: secretText({ label: 'Password', help: 'Password of the API user.' }).optional(),
    token: secretText({
      label: 'API token',
      help: 'The whole token as Proxmox VE shows it once: user@realm!name=secret.',
      example: { env: 'PVE_TOKEN' },
      also: ['api_token'],
    }).optional(),
    fingerprint: z
      .string()
      .regex(/^([0-9A-Fa-f]{2}:){31}[0-9A-Fa-f]{2}$/)
      .meta({
        label: 'Certificate fingerprint',
        help: 'SHA-256 of the certificate that the node must show.',
        wants: 'a SHA-256 fingerprint: 32 bytes in hexadecimal with colons between',
        ask: 'more',
      })
      .optional(),
    ca: z
      .string()
      .min(1)
      .meta({
        label: 'CA certificate',
        help: 'File with the certificate of the authority that signed that of the node.',
        wants: 'the name of a file',
        example: 'pve-root-ca.pem',
        ask: 'more',
      })
      .optional(),
    insecure: z
      .boolean()
      .default(false)
      .meta({ label: 'Any certificate', help: 'Accepts whatever certificate the node shows.', ask: 'never' }),
  }),
  [
    {
      reads: ['url', 'ssh', 'user', 'password', 'token'],
      check(target, report) {
        if (target.token && target.password)
          report(['password'], 'stands beside token; one of the two has to go');
        if (target.password && !target.user)
          report(['password'], 'needs a user: beside it, such as root@pam');
        if (target.url.startsWith('https:') && !target.token && !target.password) {
          report(['url'], 'needs a token: beside it, or user: and password:');
        }
        if (target.ssh && !target.url.startsWith('https:')) report(['ssh'], 'goes only with an https:// url');
      },
    },
  ],
).meta({
  label: 'Target',
  help: 'Where the work is done; --target wins over it.',
  example: { url: 'ssh://root@pve1' },
});

export type TargetAnswers = z.output<typeof targetAnswers>;

/** `version:` of an answer file. */
export const versionAnswer = z
  .literal(1)
  .meta({ label: 'Version', help: 'Version of the answer file format.', wants: '1', example: 1 });
