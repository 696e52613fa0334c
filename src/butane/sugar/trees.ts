import { FileProblem, type FilesDir } from '../files-dir.ts';
import { joinPath } from '../go/path.ts';
import type { Path } from '../report.ts';
import { shapeAt } from '../schema/shape.ts';
import { numberOf, type Struct, structOf, structsOf, textOf, textOrEmpty } from '../schema/value.ts';
import type { Variant } from '../schema/variants.ts';
import { SENTENCES } from '../sentences.ts';
import { encodeContent } from './content.ts';
import { NodeIndex, type NodeList } from './node-index.ts';
import type { SugarJob, Translation } from './translate.ts';

/** Puts whole folders into the config: a file or link for each, or the content for one that is listed already. */
export function addTrees(job: SugarJob, translation: Translation): void {
  const { variant, source, filesDir, findings } = job;
  const trees = structsOf(structOf(source, 'storage'), 'trees');
  if (trees.length === 0) return;
  const nodes = new NodeIndex(translation.config);
  for (const [i, tree] of trees.entries()) {
    const at = ['storage', 'trees', i];
    if (!filesDir) {
      findings.error(at, SENTENCES.noFilesDir);
      return;
    }
    const root = joinPath(filesDir.name, textOrEmpty(tree, 'local'));
    const problem = rootProblem(filesDir, root);
    if (problem !== undefined) {
      findings.error(at, problem);
      continue;
    }
    const walk = new TreeWalk({ variant, tree, at, nodes, translation, filesDir });
    walk.visit(root, joinPath(textOrEmpty(tree, 'path') || '/'));
    for (const each of walk.problems) findings.error(at, each);
  }
}

function rootProblem(filesDir: FilesDir, root: string): string | undefined {
  if (!filesDir.contains(root)) return SENTENCES.filesDirEscape;
  try {
    return filesDir.stat(root).kind === 'directory' ? undefined : SENTENCES.treeNoDirectory;
  } catch (error) {
    return problemText(error);
  }
}

function problemText(error: unknown): string {
  if (error instanceof FileProblem) return error.message;
  throw error;
}

interface TreeContext {
  variant: Variant;
  tree: Struct;
  /** The tree's path in the Butane config. */
  at: Path;
  nodes: NodeIndex;
  translation: Translation;
  filesDir: FilesDir;
}

class TreeWalk {
  readonly problems: string[] = [];
  readonly #context: TreeContext;

  constructor(context: TreeContext) {
    this.#context = context;
  }

  /** Depth first, a folder's entries in the order of their bytes; problems do not end the walk. */
  visit(root: string, destination: string): void {
    const stack = [{ path: root, to: destination }];
    for (let next = stack.pop(); next; next = stack.pop()) {
      const { path, to } = next;
      try {
        const names = this.#entry(path, to);
        for (const name of names.reverse())
          stack.push({ path: joinPath(path, name), to: joinPath(to, name) });
      } catch (error) {
        this.problems.push(problemText(error));
      }
    }
  }

  /** Adds one entry; returns the names in a folder. */
  #entry(path: string, to: string): string[] {
    const { filesDir } = this.#context;
    const { kind, executable } = filesDir.lstat(path);
    if (kind === 'directory') {
      const names = filesDir.list(path);
      this.#addDirectory(to);
      return names;
    }
    if (kind === 'file') this.#addFile(path, to, executable);
    else if (kind === 'link') this.#addLink(path, to);
    else this.problems.push(SENTENCES.treeFileType);
    return [];
  }

  /** From base 7 on, a tree with owners or modes of its own lists its folders as well. */
  #addDirectory(path: string): void {
    const { tree, nodes } = this.#context;
    const owned = ['user', 'group'].some((who) => Object.keys(structOf(tree, who) ?? {}).length > 0);
    const mode = numberOf(tree, 'dirMode');
    if (!owned && mode === undefined) return;
    if (nodes.exists(path)) this.problems.push(SENTENCES.treeNodeExists);
    else this.#add('directories', { ...this.#node(path), mode: mode ?? 0o755 });
  }

  #addFile(path: string, to: string, executable: boolean): void {
    const { tree, at, translation, filesDir } = this.#context;
    const found = this.#findOrAdd('files', to, (node) => textOrEmpty(structOf(node, 'contents'), 'source'));
    if (!found) return;
    const { node, index } = found;
    const contents = structOf(node, 'contents') ?? {};
    const { source, compression } = encodeContent(filesDir.read(path), textOf(contents, 'compression'));
    const place = ['storage', 'files', index];
    const note = (...name: string[]) => translation.origins.set([...place, ...name], at);
    contents.source = source;
    note('contents', 'source');
    if (compression !== undefined) {
      contents.compression = compression;
      note('contents', 'compression');
    }
    node.contents = contents;
    note('contents');
    if (node.mode === undefined) {
      node.mode = numberOf(tree, 'fileMode') ?? (executable ? 0o755 : 0o644);
      note('mode');
    }
  }

  #addLink(path: string, to: string): void {
    const found = this.#findOrAdd('links', to, (node) => textOrEmpty(node, 'target'));
    if (!found) return;
    found.node.target = this.#context.filesDir.readLink(path);
    this.#context.translation.origins.set(['storage', 'links', found.index, 'target'], this.#context.at);
  }

  /** The listed node of that path if it is still empty, or a new one; nothing if the path is taken. */
  #findOrAdd(
    list: NodeList,
    path: string,
    content: (node: Struct) => string,
  ): { node: Struct; index: number } | undefined {
    const { nodes } = this.#context;
    const found = nodes.find(list, path);
    if (found ? content(found.node) !== '' : nodes.exists(path)) {
      this.problems.push(SENTENCES.treeNodeExists);
      return undefined;
    }
    if (found) return found;
    const node = this.#node(path);
    return { node, index: this.#add(list, node) };
  }

  #node(path: string): Struct {
    const { user, group } = this.#context.tree;
    return { path, ...(user !== undefined && { user }), ...(group !== undefined && { group }) };
  }

  #add(list: NodeList, node: Struct): number {
    const { variant, nodes, translation, at } = this.#context;
    const index = nodes.add(list, node);
    const shape = shapeAt(variant.root, 'storage', list);
    translation.origins.setAll(['storage', list, index], at, { shape, value: node });
    if (index === 0) translation.origins.set(['storage', list], at);
    return index;
  }
}
