import type { Look } from './look.ts';
import type { Looker } from './looker.ts';
import { redact } from './redact.ts';
import type { Finding } from './run.ts';
import { type TarFile, tarGz } from './tar.ts';

export interface BundleContent {
  looker: Looker;
  findings: readonly Finding[];
  /** The report for people. */
  plain: readonly string[];
  json: string;
  /** Nodes whose versions, configuration and journals go in. */
  nodes: readonly string[];
  /** Unix seconds. */
  now: number;
}

/** What helps beside the findings: each file is a command's output. */
const COMMANDS: readonly (readonly [string, readonly string[]])[] = [
  ['versions.txt', ['pveversion', '-v']],
  ['cluster.txt', ['pvecm', 'status']],
  [
    'journal-cluster.txt',
    ['journalctl', '-b', '-n', '300', '--no-pager', '-u', 'pve-cluster', '-u', 'corosync'],
  ],
  [
    'journal-api.txt',
    ['journalctl', '-b', '-n', '200', '--no-pager', '-u', 'pvedaemon', '-u', 'pveproxy', '-u', 'pvestatd'],
  ],
  ['journal-kea.txt', ['journalctl', '-b', '-n', '300', '--no-pager', '-u', 'proxwright-kea']],
];
const FILES = [
  '/etc/network/interfaces',
  '/etc/hosts',
  '/etc/resolv.conf',
  '/etc/pve/storage.cfg',
  '/etc/pve/datacenter.cfg',
];

/** Findings, versions, configuration, journals and all that was read, without secrets, as one .tgz to hand on. */
export async function makeBundle(content: BundleContent): Promise<Buffer> {
  const more = await Promise.all(content.nodes.map((node) => filesOf(content.looker.look(node))));
  const readings = await content.looker.readings();
  // Each for itself: a key without its end hides all that follows it.
  const read = readings.map(
    ({ node, question, answer }) => `### ${node}  ${question}\n${redact(answer).trimEnd()}\n`,
  );
  const files: TarFile[] = [
    { name: 'findings.json', content: content.json },
    { name: 'findings.txt', content: `${content.plain.join('\n')}\n` },
    { name: 'readings.txt', content: read.join('\n') },
    ...more.flat(),
  ];
  const clean = files.map(({ name, content: text }) => ({
    name: `proxwright-doctor/${name}`,
    content: redact(text),
  }));
  return tarGz(clean, content.now);
}

async function filesOf(look: Look): Promise<TarFile[]> {
  const commands = COMMANDS.map(async ([name, argv]) => ({
    name: `${look.node}/${name}`,
    content: await said(async () => {
      const { stdout, stderr } = await look.command(...argv);
      return stdout || stderr;
    }),
  }));
  const files = FILES.map(async (path) => ({
    name: `${look.node}${path}`,
    content: await said(async () => (await look.file(path)) ?? '(there is no such file)\n'),
  }));
  return Promise.all([...commands, ...files]);
}

async function said(ask: () => Promise<string>): Promise<string> {
  try {
    return await ask();
  } catch (error) {
    return `(${(error as Error).message})\n`;
  }
}
