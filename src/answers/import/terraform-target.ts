import { type Block, type Expression, placeOf } from './hcl/syntax.ts';
import { Opaque } from './opaque.ts';
import { shown } from './shown.ts';
import type { ModuleCall } from './terraform-module.ts';

/** Where Terraform did its work, as comment lines with the `target:` that would do it here. */
export function targetLines(
  calls: readonly ModuleCall[],
  { provider, evaluate }: { provider: Block | undefined; evaluate(expression: Expression): unknown },
): string[] {
  const ofProvider = (name: string) => provider?.body.attributes.find((attribute) => attribute.name === name);
  const find = (name: string): unknown => {
    const call = calls.find(({ names }) => names.includes(name));
    const attribute = ofProvider(name);
    return call ? call.argument(name) : attribute && evaluate(attribute.value);
  };
  const url = find('pm_api_url');
  if (url === undefined || url === null) return [];
  const user = find('pm_user') ?? 'root@pam';
  const host = hostOf(url);
  if (!host)
    return [`pm_api_url = ${shown(url)}: give it as target:, or with --target`, ...otherTargets(calls, url)];
  const login = typeof user === 'string' ? user : shown(user);
  const insecure = find('pm_tls_insecure') ?? true;
  return [
    `pm_api_url = ${shown(url)}: the target. Uncomment one of these, or give --target:`,
    `target: { url: "ssh://root@${host.name}" }`,
    `target: { url: "https://${host.address}", user: "${login}", password: { env: PM_PASS }, ssh: "ssh://root@${host.name}" }`,
    'pm_password and tokens: never copied; put them into the environment (PM_PASS above) or a file (password_file:)',
    ...otherTargets(calls, url),
    ...(insecure === false
      ? []
      : [
          `pm_tls_insecure = ${shown(insecure)}: certificates are checked here; by https, give fingerprint: or ca: in target`,
        ]),
  ];
}

/** An answer file has one target. */
function otherTargets(calls: readonly ModuleCall[], first: unknown): string[] {
  const others = new Map(
    calls.flatMap((call) => {
      const url = call.argument('pm_api_url') ?? first;
      const { file, line } = placeOf(call.spot);
      return shown(url) === shown(first) ? [] : [[shown(url), `module ${call.label} (${file}:${line})`]];
    }),
  );
  return [...others].map(
    ([url, call]) =>
      `pm_api_url = ${url}, of ${call}: is another target; put its clusters into a file of their own`,
  );
}

function hostOf(url: unknown): { name: string; address: string } | undefined {
  if (url instanceof Opaque || typeof url !== 'string' || !URL.canParse(url)) return undefined;
  const { hostname, port, protocol } = new URL(url);
  if (protocol !== 'https:' || hostname === '') return undefined;
  return { name: hostname, address: `${hostname}:${port || '8006'}` };
}
