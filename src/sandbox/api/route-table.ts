import type { Route } from './route.ts';

interface Branch {
  readonly fixed: Map<string, Branch>;
  open?: { name: string; branch: Branch };
  readonly routes: Map<string, Route>;
}

export interface FoundRoute {
  readonly route: Route;
  /** The placeholders' values. */
  readonly names: Readonly<Record<string, string>>;
}

/** Finds routes by path. The last placeholder of `{volume}` takes slashes too, as the real one does. */
export class RouteTable {
  readonly routes: readonly Route[];
  readonly #root: Branch = { fixed: new Map(), routes: new Map() };

  constructor(routes: readonly Route[]) {
    this.routes = routes;
    for (const route of routes) {
      let branch = this.#root;
      for (const part of split(route.path)) branch = descend(branch, part);
      branch.routes.set(route.method, route);
    }
  }

  find(method: string, path: string): FoundRoute | undefined {
    const names: Record<string, string> = {};
    let branch: Branch | undefined = this.#root;
    const parts = split(path).map(decoded);
    for (const [index, part] of parts.entries()) {
      const next: Branch | undefined = branch.fixed.get(part);
      if (next) branch = next;
      else if (branch.open) {
        const isVolume = branch.open.name === 'volume';
        names[branch.open.name] = isVolume ? parts.slice(index).join('/') : part;
        branch = branch.open.branch;
        if (isVolume) break;
      } else return undefined;
    }
    const route = branch.routes.get(method);
    return route ? { route, names } : undefined;
  }

  /** The names directly below a path, for an index. */
  below(path: string): string[] {
    let branch: Branch | undefined = this.#root;
    for (const part of split(path)) branch = branch?.fixed.get(part) ?? branch?.open?.branch;
    return branch ? [...branch.fixed.keys()].sort() : [];
  }
}

function split(path: string): string[] {
  return path.split('/').filter((part) => part !== '');
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function descend(branch: Branch, part: string): Branch {
  const name = /^\{(.+)\}$/.exec(part)?.[1];
  if (name !== undefined) {
    branch.open ??= { name, branch: { fixed: new Map(), routes: new Map() } };
    return branch.open.branch;
  }
  const known = branch.fixed.get(part);
  if (known) return known;
  const fresh: Branch = { fixed: new Map(), routes: new Map() };
  branch.fixed.set(part, fresh);
  return fresh;
}
