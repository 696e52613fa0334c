/** Slash paths by the rules of Go's `path` package, which the real tool and Ignition use. */
export function cleanPath(path: string): string {
  if (path === '') return '.';
  const rooted = path.startsWith('/');
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') kept.push(part);
    else if (kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else if (!rooted) kept.push('..');
  }
  const joined = kept.join('/');
  if (rooted) return `/${joined}`;
  return joined === '' ? '.' : joined;
}

/** Joins the non-empty parts and cleans the result; no parts give ''. */
export function joinPath(...parts: string[]): string {
  const present = parts.filter((part) => part !== '');
  return present.length === 0 ? '' : cleanPath(present.join('/'));
}

/** The last dot of the last element and what follows; '' without a dot. */
export function extensionOf(path: string): string {
  const dot = path.lastIndexOf('.');
  return dot < 0 || path.indexOf('/', dot) >= 0 ? '' : path.slice(dot);
}
