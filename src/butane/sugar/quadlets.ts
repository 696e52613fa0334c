import { bytesFromText } from '../byte-text.ts';
import { joinPath } from '../go/path.ts';
import type { Path } from '../report.ts';
import { shapeAt } from '../schema/shape.ts';
import { isTrue, type Struct, structOf, structsOf, textOrEmpty } from '../schema/value.ts';
import { SENTENCES } from '../sentences.ts';
import { encodeContent } from './content.ts';
import { NodeIndex, type NodeList } from './node-index.ts';
import { readLocal, type SugarJob, type TranslateOptions, type Translation } from './translate.ts';

// podman-systemd.unit(5)
export const QUADLET_EXTENSIONS = 'container volume network kube image build pod artifact'
  .split(' ')
  .map((name) => `.${name}`);

/** `name@instance.container`: a link to the template `name@.container`. */
export function isQuadletInstance(name: string): boolean {
  return templateOf(name) !== undefined;
}

/** Puts Podman's quadlets where its generator finds them. */
export function addQuadlets(job: SugarJob, translation: Translation): void {
  const { variant, source, findings } = job;
  const quadlets = structsOf(structOf(source, 'systemd'), 'quadlets');
  if (quadlets.length === 0) return;
  const nodes = new NodeIndex(translation.config);
  translation.origins.set(['storage'], ['systemd', 'quadlets']);

  const add = (list: NodeList, node: Struct, at: Path): number | undefined => {
    if (nodes.exists(textOrEmpty(node, 'path'))) {
      findings.error(at, SENTENCES.treeNodeExists);
      return undefined;
    }
    const index = nodes.add(list, node);
    const shape = shapeAt(variant.root, 'storage', list);
    translation.origins.setAll(['storage', list, index], at, { shape, value: node });
    if (index === 0) translation.origins.set(['storage', list], at);
    translation.origins.set(['storage', list, index, 'path'], [...at, 'name']);
    return index;
  };
  const addFile = (from: Struct, path: string, at: Path) => {
    const node: Struct = { path };
    const index = add('files', node, at);
    if (index === undefined) return;
    const content = contentOf(from, at, job);
    if (!content) return;
    const { source: url, compression } = encodeContent(content.bytes, undefined);
    node.contents = { source: url, compression: compression ?? '' };
    node.mode = 0o644;
    const place = ['storage', 'files', index];
    translation.origins.set([...place, 'contents', 'source'], content.at);
    translation.origins.set([...place, 'contents', 'compression'], at);
    translation.origins.set([...place, 'contents'], content.at);
    translation.origins.set([...place, 'mode'], at);
  };

  for (const [i, quadlet] of quadlets.entries()) {
    const at = ['systemd', 'quadlets', i];
    const name = textOrEmpty(quadlet, 'name');
    const path = joinPath(isTrue(quadlet, 'rootful') ? ADMIN : USERS, name);
    const target = templateOf(name);
    if (target !== undefined) add('links', { path, target }, at);
    else addFile(quadlet, path, at);
    for (const [d, dropin] of structsOf(quadlet, 'dropins').entries()) {
      addFile(dropin, `${path}.d/${textOrEmpty(dropin, 'name')}`, [...at, 'dropins', d]);
    }
  }
}

const ADMIN = '/etc/containers/systemd';
const USERS = '/etc/containers/systemd/users';

function templateOf(name: string): string | undefined {
  const at = name.indexOf('@');
  const dot = name.lastIndexOf('.');
  return at < 0 || dot < 0 || at + 1 === dot ? undefined : `${name.slice(0, at)}@${name.slice(dot)}`;
}

function contentOf(
  from: Struct,
  at: Path,
  options: TranslateOptions,
): { bytes: Uint8Array; at: Path } | undefined {
  const inline = textOrEmpty(from, 'contents');
  const local = textOrEmpty(from, 'contentsLocal');
  let content: { bytes: Uint8Array; at: Path } = { bytes: new Uint8Array(), at: [] };
  if (local !== '') {
    const place = [...at, 'contents_local'];
    const bytes = readLocal(local, place, options);
    if (!bytes) return undefined;
    content = { bytes, at: place };
  }
  return inline === '' ? content : { bytes: bytesFromText(inline), at: [...at, 'contents'] };
}
