import type { Expression } from './hcl/syntax.ts';
import { Opaque } from './opaque.ts';
import { shown } from './shown.ts';
import type { TerraformFolder } from './terraform-folder.ts';
import type { ModuleCall } from './terraform-module.ts';

/** Where Terraform did its work, as comment lines with the `target:` that would do it here. */
export function targetLines(
  calls: readonly ModuleCall[],
  { folder, evaluate }: { folder: TerraformFolder; evaluate(expression: Expression): unknown },
): string[] {
  const provider = folder.blocks.find(({ type, labels }) => type === 'provider' && labels[0] === 'proxmox');
  const sources = [
    ...calls.map(({ source }) => source),
    (name: string) => provider?.body.attributes.find((attribute) => attribute.name === name)?.value,
  ];
  const find = (name: string): unknown => {
    const found = sources.map((source) => source(name)).find((expression) => expression !== undefined);
    return found && evaluate(found);
  };
  const url = find('pm_api_url');
  if (url === undefined || url === null) return [];
  const user = find('pm_user') ?? 'root@pam';
  const host = hostOf(url);
  if (!host) return [`pm_api_url = ${shown(url)}: give it as target:, or with --target`];
  const login = typeof user === 'string' ? user : shown(user);
  const insecure = find('pm_tls_insecure') ?? true;
  return [
    `pm_api_url = ${shown(url)}: the target. Uncomment one of these, or give --target:`,
    `target: { url: "ssh://root@${host.name}" }`,
    `target: { url: "https://${host.address}", user: "${login}", password: { env: PM_PASS }, ssh: "ssh://root@${host.name}" }`,
    'pm_password and tokens: never copied; put them into the environment (PM_PASS above) or a file (password_file:)',
    ...(insecure === false
      ? []
      : [
          `pm_tls_insecure = ${shown(insecure)}: certificates are checked here; by https, give fingerprint: or ca: in target`,
        ]),
  ];
}

function hostOf(url: unknown): { name: string; address: string } | undefined {
  if (url instanceof Opaque || typeof url !== 'string' || !URL.canParse(url)) return undefined;
  const { hostname, port, protocol } = new URL(url);
  if (protocol !== 'https:' || hostname === '') return undefined;
  return { name: hostname, address: `${hostname}:${port || '8006'}` };
}
