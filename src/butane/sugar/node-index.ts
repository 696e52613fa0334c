import { type Struct, structOf, textOrEmpty } from '../schema/value.ts';

export type NodeList = 'files' | 'directories' | 'links';

const LISTS: readonly NodeList[] = ['files', 'directories', 'links'];

/** The files, directories and links of a config by path, for sugar that adds to them. */
export class NodeIndex {
  readonly #storage: Struct;
  readonly #places: Record<NodeList, Map<string, number>>;

  constructor(config: Struct) {
    this.#storage = structOf(config, 'storage') ?? {};
    config.storage = this.#storage;
    const places = (list: NodeList) =>
      new Map(this.#nodes(list).map((node, i) => [textOrEmpty(node, 'path'), i] as const));
    this.#places = { files: places('files'), directories: places('directories'), links: places('links') };
  }

  exists(path: string): boolean {
    return LISTS.some((list) => this.#places[list].has(path));
  }

  find(list: NodeList, path: string): { node: Struct; index: number } | undefined {
    const index = this.#places[list].get(path);
    return index === undefined ? undefined : { node: this.#nodes(list)[index]!, index };
  }

  add(list: NodeList, node: Struct): number {
    const nodes = this.#nodes(list);
    this.#storage[list] = nodes;
    this.#places[list].set(textOrEmpty(node, 'path'), nodes.length);
    return nodes.push(node) - 1;
  }

  #nodes(list: NodeList): Struct[] {
    return (this.#storage[list] as Struct[] | undefined) ?? [];
  }
}
