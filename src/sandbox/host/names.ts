import { addressOf } from '../state/nodes.ts';
import { readHostFile } from './read-files.ts';
import { failed, type HostResult, type Invocation, ok, type Program } from './result.ts';

export const namePrograms: Readonly<Record<string, Program>> = { getent };

/** `getent hosts|ahosts NAME`: /etc/hosts first, then a name server that knows every name, where one is set. */
function getent(invocation: Invocation): HostResult {
  const { world, args } = invocation;
  const [database = '', name = ''] = args.filter((word) => !word.startsWith('-'));
  if (database !== 'hosts' && database !== 'ahosts') return failed(1, `Unknown database: ${database}`);
  const node = world.nodes.at(name);
  if (node) return ok(`${addressOf(node)}     ${node.name}.${node.domain} ${node.name}\n`);
  if (!/^[\w-]+(\.[\w-]+)+$/.test(name) || !hasNameServer(invocation)) return failed(2);
  // TEST-NET-3 (RFC 5737): nothing real answers there.
  return ok(`203.0.113.80    ${name}\n`);
}

function hasNameServer(invocation: Invocation): boolean {
  try {
    const text = readHostFile(invocation, '/etc/resolv.conf').toString('utf8');
    return [...text.matchAll(/^nameserver\s+(\S+)/gm)].some(([, server]) => server !== '127.0.0.53');
  } catch {
    return false;
  }
}
