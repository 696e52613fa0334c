import { hostPath, writeHostFile } from '../host/paths.ts';
import { fail } from '../refusal.ts';
import { formatted, NODE, required, text } from '../schema/parameter.ts';
import { readText } from '../state/files.ts';
import { sha1 } from '../state/section-config.ts';
import { onNode, onRoot } from './permission.ts';
import type { Call, Route } from './route.ts';

const AUDIT = onNode('Sys.Audit');

export const nodeFileRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/nodes/{node}/dns',
    permission: AUDIT,
    proxied: true,
    parameters: { node: NODE },
    handle: dns,
  },
  {
    method: 'PUT',
    path: '/nodes/{node}/dns',
    permission: onNode('Sys.Modify'),
    proxied: true,
    parameters: {
      node: NODE,
      dns1: formatted('ip'),
      dns2: formatted('ip'),
      dns3: formatted('ip'),
      search: required(text()),
    },
    handle: ({ world, node, given }) => {
      const servers = ['dns1', 'dns2', 'dns3'].flatMap((name) => given.text(name) ?? []);
      const lines = servers.map((server) => `nameserver ${server}\n`).join('');
      writeHostFile(world, node, {
        path: '/etc/resolv.conf',
        data: `search ${given.need('search')}\n${lines}`,
      });
      return null;
    },
  },
  {
    method: 'GET',
    path: '/nodes/{node}/hosts',
    permission: onRoot('Sys.Audit'),
    proxied: true,
    parameters: { node: NODE },
    handle: (call) => {
      const data = hostsOf(call);
      return { data, digest: sha1(data) };
    },
  },
  {
    method: 'POST',
    path: '/nodes/{node}/hosts',
    permission: onNode('Sys.Modify'),
    proxied: true,
    parameters: { node: NODE, data: required(text()), digest: text({ maxLength: 64 }) },
    handle: (call) => {
      const { world, node, given } = call;
      const digest = given.text('digest');
      if (digest !== undefined && digest !== sha1(hostsOf(call))) {
        throw fail('detected modified configuration - file changed by other user? Try again.');
      }
      writeHostFile(world, node, { path: '/etc/hosts', data: given.need('data') });
      return null;
    },
  },
];

function dns({ world, node }: Call) {
  const text = readText(hostPath(world, node, '/etc/resolv.conf')) ?? '';
  const servers = [...text.matchAll(/^nameserver\s+(\S+)/gm)].map((match) => match[1] ?? '');
  const search = /^search\s+(\S+)/m.exec(text)?.[1];
  const named = Object.fromEntries(servers.slice(0, 3).map((server, index) => [`dns${index + 1}`, server]));
  return { ...named, ...(search === undefined ? {} : { search }) };
}

function hostsOf({ world, node }: Call): string {
  return readText(hostPath(world, node, '/etc/hosts')) ?? '';
}
