import { connect } from 'node:net';
import { TargetError } from '../errors.ts';

/**
 * Sends one command to a Kea through its control socket and gives its `arguments`. Throws TargetError if the
 * socket refuses, or if Kea does.
 */
export async function askKea(
  socket: string,
  request: { command: string; arguments?: unknown },
  { timeout = 5_000 }: { timeout?: number } = {},
): Promise<unknown> {
  const text = await exchange(socket, JSON.stringify(request), timeout);
  let answer: { result?: unknown; text?: unknown; arguments?: unknown };
  try {
    answer = JSON.parse(text) as typeof answer;
  } catch (cause) {
    throw new TargetError(`Kea's answer to ${request.command} cannot be read`, { where: socket, cause });
  }
  // 0 is success; 3 is "done, but there was nothing" (Kea Administrator Reference Manual, section 18.2).
  if (answer.result !== 0 && answer.result !== 3) {
    throw new TargetError(`Kea refused ${request.command}: ${String(answer.text)}`, { where: socket });
  }
  return answer.arguments;
}

function exchange(socket: string, request: string, timeout: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const connection = connect(socket);
    connection.setEncoding('utf8').setTimeout(timeout, () => {
      connection.destroy(new Error(`no answer in ${timeout} ms`));
    });
    connection.on('connect', () => connection.write(request));
    connection.on('data', (text: string) => {
      answer += text;
    });
    connection.on('end', () => resolve(answer));
    connection.on('error', (cause) =>
      reject(
        new TargetError(`Kea's control socket does not answer: ${cause.message}`, { where: socket, cause }),
      ),
    );
  });
}
