import { hostPath, writeHostFile } from '../host/paths.ts';
import { badParameters, fail } from '../refusal.ts';
import { boolean, integer, NODE, required, text } from '../schema/parameter.ts';
import { listNames, readText } from '../state/files.ts';
import { sha1 } from '../state/section-config.ts';
import { onNode } from './permission.ts';
import type { Call, Route } from './route.ts';

const FOLDER = '/etc/apt/sources.list.d';
const PATH = '/nodes/{node}/apt/repositories';
const DIGEST = text({ maxLength: 80 });

/** Repositories in apt's deb822 form, which is all that a node since 9.0 has. */
export const aptRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: PATH,
    permission: onNode('Sys.Audit'),
    proxied: true,
    ms: 10,
    parameters: { node: NODE },
    handle: list,
  },
  {
    method: 'POST',
    path: PATH,
    permission: onNode('Sys.Modify'),
    proxied: true,
    parameters: {
      node: NODE,
      path: required(text()),
      index: required(integer()),
      enabled: boolean(),
      digest: DIGEST,
    },
    handle: change,
  },
  {
    method: 'PUT',
    path: PATH,
    permission: onNode('Sys.Modify'),
    proxied: true,
    parameters: { node: NODE, handle: required(text()), digest: DIGEST },
    handle: add,
  },
];

function list(call: Call) {
  const names = listNames(hostPath(call.world, call.node, FOLDER)).filter((name) =>
    name.endsWith('.sources'),
  );
  const errors: { path: string; error: string }[] = [];
  const files = names.sort().flatMap((name) => {
    const path = `${FOLDER}/${name}`;
    const content = readText(hostPath(call.world, call.node, path)) ?? '';
    const repositories = stanzas(content).map(repository);
    if (repositories.some((one) => one.URIs.length === 0 || one.Suites.length === 0)) {
      errors.push({ path, error: 'unable to parse file: missing fields' });
      return [];
    }
    return [{ path, 'file-type': 'sources', digest: [...Buffer.from(sha1(content), 'hex')], repositories }];
  });
  return { digest: sha1(JSON.stringify(files)), files, errors, infos: [], 'standard-repos': [] };
}

function change({ world, node, given }: Call): null {
  const path = given.need('path');
  const content = readText(hostPath(world, node, path));
  const all = stanzas(content ?? '');
  const at = given.integer('index');
  const old = all[at];
  if (content === undefined || old === undefined || !path.startsWith(`${FOLDER}/`))
    throw fail(`invalid repository path or index: ${path} ${at}`);
  const bare = old.replace(/^Enabled:.*\n/m, '');
  const enabled = given.flag('enabled');
  const data = all.map((one, index) => (index === at ? `${enabled ? '' : 'Enabled: false\n'}${bare}` : one));
  writeHostFile(world, node, { path, data: data.join('\n') });
  return null;
}

/** The two that anybody adds by name. */
const STANDARD: Readonly<Record<string, readonly [string, string]>> = {
  'no-subscription': ['http://download.proxmox.com/debian/pve', 'proxmox.sources'],
  enterprise: ['https://enterprise.proxmox.com/debian/pve', 'pve-enterprise.sources'],
};

function add({ world, node, given }: Call): null {
  const handle = given.need('handle');
  const [uri, name] = STANDARD[handle] ?? [];
  if (uri === undefined || name === undefined)
    throw badParameters({ handle: `unknown repository handle '${handle}'` });
  const path = `${FOLDER}/${name}`;
  const others = stanzas(readText(hostPath(world, node, path)) ?? '').filter((one) => !one.includes(uri));
  const own = `Types: deb\nURIs: ${uri}\nSuites: trixie\nComponents: pve-${handle}\nSigned-By: /usr/share/keyrings/proxmox-archive-keyring.gpg\n`;
  writeHostFile(world, node, { path, data: [...others, own].join('\n') });
  return null;
}

/** Each with its line feed at the end. */
function stanzas(content: string): string[] {
  return content
    .split(/\n\s*\n/)
    .map((stanza) => stanza.trim())
    .filter((stanza) => /^[A-Za-z-]+:/m.test(stanza))
    .map((stanza) => `${stanza}\n`);
}

function repository(stanza: string) {
  const words = (key: string): string[] =>
    new RegExp(`^${key}:\\s*(.*)$`, 'im')
      .exec(stanza)?.[1]
      ?.split(/\s+/)
      .filter((word) => word !== '') ?? [];
  return {
    Types: words('Types'),
    URIs: words('URIs'),
    Suites: words('Suites'),
    Components: words('Components'),
    Enabled: words('Enabled')[0] === 'false' || words('Enabled')[0] === 'no' ? 0 : 1,
    FileType: 'sources',
    Options: words('Signed-By').map((value) => ({ Key: 'Signed-By', Values: [value] })),
  };
}
