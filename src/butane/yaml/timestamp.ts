/** Whether yaml.v3 takes a plain scalar for a date, with or without a time. */
export function isTimestamp(text: string): boolean {
  const match = PATTERN.exec(text);
  if (!match) return false;
  const [, year, month, day, time, zone] = match;
  if (Number(month) < 1 || Number(month) > 12) return false;
  if (Number(day) < 1 || Number(day) > daysIn(Number(year), Number(month))) return false;
  if (time === undefined) return true;
  const [hour, minute, second] = time.slice(1).split(':');
  if (Number(hour) > 23 || Number(minute) > 59 || Number.parseInt(second!, 10) > 59) return false;
  // With a space between date and time yaml.v3 knows no zone, with a T it wants one.
  if (time.startsWith(' ') || zone === undefined) return time.startsWith(' ') && zone === undefined;
  if (zone === 'Z') return true;
  const [zoneHour, zoneMinute] = zone.slice(1).split(':');
  return Number(zoneHour) <= 24 && Number(zoneMinute) <= 60;
}

const PATTERN =
  /^(\d{4})-(\d{1,2})-(\d{1,2})([Tt ]\d{1,2}:\d{1,2}:\d{1,2}(?:[.,]\d+)?)?(Z|[+-]\d{2}:\d{2})?$/;

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
}
