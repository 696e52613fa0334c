import { constants } from 'node:os';
import type { Client, ClientChannel } from 'ssh2';
import { CancelledError } from '../errors.ts';
import { DEFAULT_TIMEOUT, type RawOptions, type RawResult, tookTooLong } from './remote.ts';
import { lostConnection, type SshPlace } from './ssh-errors.ts';

interface Execution extends RawOptions {
  argv: readonly string[];
  command: string;
  place: SshPlace;
}

/** Runs one command on a connection. Throws CommandError (timeout), CancelledError, TargetError (lost). */
export function execute(client: Client, { argv, command, place, ...options }: Execution): Promise<RawResult> {
  const timeout = options.timeout ?? DEFAULT_TIMEOUT;
  return new Promise((resolve, reject) => {
    let channel: ClientChannel | undefined;
    const stop = (error: Error) => {
      channel?.close();
      settle(() => reject(error));
    };
    const late = setTimeout(() => stop(tookTooLong(place.host, argv, timeout)), timeout);
    const onAbort = () => stop(new CancelledError('cancelled', { where: place.host }));
    const onClose = () => settle(() => reject(lostConnection(place, channel !== undefined)));
    const settle = (end: () => void) => {
      clearTimeout(late);
      options.signal?.removeEventListener('abort', onAbort);
      client.off('close', onClose);
      end();
    };
    if (options.signal?.aborted) return onAbort();
    options.signal?.addEventListener('abort', onAbort, { once: true });
    client.once('close', onClose);
    try {
      client.exec(command, (error, opened) => {
        if (error) return settle(() => reject(lostConnection(place, false, error)));
        channel = opened;
        collect(opened).then((result) => result && settle(() => resolve(result)), stop);
        opened.end(options.input);
      });
    } catch (error) {
      // Thrown by ssh2 when the connection is gone already.
      settle(() => reject(lostConnection(place, false, error)));
    }
  });
}

/** Undefined where the channel closed without an exit status: the connection went. */
function collect(channel: ClientChannel): Promise<RawResult | undefined> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  let exitCode: number | undefined;
  channel.on('data', (part: Buffer) => stdout.push(part));
  channel.stderr.on('data', (part: Buffer) => stderr.push(part));
  channel.on('exit', (code: number | null, signal?: string) => {
    exitCode = code ?? 128 + (constants.signals[signal as NodeJS.Signals] ?? 0);
  });
  return new Promise((resolve, reject) => {
    channel.on('error', reject);
    channel.on('close', () => {
      if (exitCode === undefined) return resolve(undefined);
      resolve({ exitCode, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr) });
    });
  });
}
