import type { ImageEdges } from '../edges.ts';
import type { ImageContents } from '../image-contents.ts';
import { hasTool, runCommand } from '../run-command.ts';
import { type Finding, fail, pass, type Verdict } from './finding.ts';

/**
 * Whether curtin can run the hooks. They are parsed and their imports looked up, never run: what is in a foreign
 * image is not ours to start.
 */
export async function checkHooks(
  image: ImageContents,
  edges: Pick<ImageEdges, 'start' | 'signal'>,
): Promise<Finding> {
  const about = { id: 'curtin-hooks', title: 'curtin-hooks' };
  return { ...about, ...(await look(image, edges)) };
}

async function look(image: ImageContents, edges: Pick<ImageEdges, 'start' | 'signal'>): Promise<Verdict> {
  const path = ['curtin/curtin-hooks', 'usr/lib/curtin/curtin-hooks'].find((one) => image.entries.has(one));
  const entry = path === undefined ? undefined : image.entries.get(path);
  if (path !== 'curtin/curtin-hooks' || !entry) {
    return fail(
      '/curtin/curtin-hooks is missing',
      'build the image with proxwright: without hooks curtin takes it for Ubuntu',
    );
  }
  if ((entry.mode & 0o111) === 0) return fail('/curtin/curtin-hooks is not executable', 'chmod 755 it');
  const text = image.text(path) ?? '';
  if (!/^#!.*python3/.test(text)) return pass('executable; not Python, so not looked into');
  if (!(await hasTool(edges, 'python3'))) {
    return {
      severity: 'skip',
      message: 'python3 is not installed here, so it was not parsed',
      fix: 'apt-get install python3',
    };
  }
  const { exitCode, stdout, stderr } = await runCommand(edges, ['python3', '-I', '-c', PARSE], {
    input: text,
  });
  if (exitCode !== 0)
    return fail(`Python cannot parse it: ${stderr.trim().split('\n').at(-1) ?? ''}`, 'correct it');
  const missing = stdout.trim();
  return missing === ''
    ? pass('executable, and Python can import it')
    : fail(
        `it imports what Python's library, PyYAML and curtin do not have: ${missing}`,
        'use only these: the ephemeral system has no more',
      );
}

/** Prints the names of modules that neither Python itself nor the ephemeral system (yaml, curtin) has. */
const PARSE = `
import ast, sys, importlib.util
tree = ast.parse(sys.stdin.read(), "curtin-hooks")
compile(tree, "curtin-hooks", "exec")
names = set()
for node in ast.walk(tree):
    if isinstance(node, ast.Import):
        names.update(alias.name.split(".")[0] for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.level == 0:
        names.add((node.module or "").split(".")[0])
known = getattr(sys, "stdlib_module_names", None)
there = (lambda name: name in known) if known else (lambda name: importlib.util.find_spec(name) is not None)
print(" ".join(sorted(name for name in names - {"yaml", "curtin"} if not there(name))))
`;
