/** Milliseconds as people say them: `0.4 s`, `12 s`, `1 min 20 s`, `2 h 5 min`, `3 days`. */
export function durationText(milliseconds: number): string {
  const ms = Math.max(0, milliseconds);
  if (ms < 50) return '0 s';
  if (ms < 950) return `${(Math.round(ms / 100) / 10).toFixed(1)} s`;
  const seconds = Math.round(ms / second);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return joined(`${minutes} min`, seconds % 60, 's');
  if (minutes < 60) return `${Math.round(seconds / 60)} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return joined(`${hours} h`, minutes % 60, 'min');
  return joined(counted(Math.floor(hours / 24), 'day'), hours % 24, 'h');
}

/** A running clock: `00:41`, `1:02:03`. */
export function clockText(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / second));
  const two = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${two(minutes)}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

/** How long ago: `just now`, `12 min ago`, `yesterday`, `3 days ago`. */
export function agoText(then: number, now: number): string {
  const minutes = Math.round((now - then) / minute);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.round(minutes / 60);
  if (hours < 24) return `${hours} h ago`;
  const days = Math.round(hours / 24);
  return days === 1 ? 'yesterday' : `${days} days ago`;
}

/** An estimate, as vague as it is: `about 25 s left`, `about 3 min left`. */
export function remainingText(milliseconds: number): string {
  const seconds = milliseconds / second;
  if (seconds < 5) return 'a few seconds left';
  if (seconds <= 55) return `about ${Math.ceil(seconds / 5) * 5} s left`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `about ${Math.max(1, minutes)} min left`;
  return `about ${joined(`${Math.floor(minutes / 60)} h`, Math.round((minutes % 60) / 10) * 10, 'min')} left`;
}

/** `16:02:11`, in the local time zone unless another is named. */
export function timeOfDay(time: number, timeZone?: string): string {
  const key = timeZone ?? '';
  const known = formats.get(key);
  const format =
    known ??
    new Intl.DateTimeFormat('en-GB', {
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      ...(timeZone ? { timeZone } : {}),
    });
  if (!known) formats.set(key, format);
  return format.format(time);
}

/** `1 guest`, `3 guests`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function joined(large: string, small: number, unit: string): string {
  return small === 0 ? large : `${large} ${small} ${unit}`;
}

const second = 1000;
const minute = 60 * second;
const formats = new Map<string, Intl.DateTimeFormat>();
