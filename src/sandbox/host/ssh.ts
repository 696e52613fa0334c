import { failed, type HostResult, type Invocation } from './result.ts';
import { splitWords } from './words.ts';

/** Options of ssh(1) that take a value. */
const WITH_VALUE = /^-[BbcDEeFIiJLlmOopQRSWw]$/;

/** `ssh [options] root@<node> -- COMMAND…`: the far shell gets the words joined by spaces, as with the real one. */
export async function sshProgram({ world, args, run }: Invocation): Promise<HostResult> {
  let index = 0;
  while (args[index]?.startsWith('-') && args[index] !== '--')
    index += WITH_VALUE.test(args[index] ?? '') ? 2 : 1;
  if (args[index] === '--') index += 1;
  const place = args[index] ?? '';
  const host = place.replace(/^[^@]*@/, '');
  const node = world.nodes.at(host);
  if (!node) return failed(255, `ssh: Could not resolve hostname ${host}: Name or service not known`);
  const rest = args.slice(index + 1);
  const words = rest[0] === '--' ? rest.slice(1) : rest;
  try {
    return await run(splitWords(words.join(' ')), node.name);
  } catch (error) {
    return failed(2, `bash: -c: line 1: ${error instanceof Error ? error.message : String(error)}`);
  }
}
