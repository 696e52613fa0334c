import type { Commands } from './commands.ts';

/**
 * Tells systemd that the agent is ready, and then at half of WatchdogSec that it lives (sd_notify(3)). Outside of
 * a unit it does nothing.
 */
export async function watchdog(
  variables: Readonly<Record<string, string | undefined>>,
  { commands, pid }: { commands: Commands; pid: number },
): Promise<{ stop(): void }> {
  if (!variables.NOTIFY_SOCKET) return { stop: () => undefined };
  const notify = (...words: string[]) => commands.run(['systemd-notify', `--pid=${pid}`, ...words]);
  await notify('--ready');
  const period = Number(variables.WATCHDOG_USEC) / 2_000;
  if (!(period > 0)) return { stop: () => undefined };
  const timer = setInterval(() => void notify('WATCHDOG=1'), period);
  return { stop: () => clearInterval(timer) };
}
