const DAY = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
});
const AGO = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

const HOUR = 3_600_000;
const DAY_IN_MILLISECONDS = 24 * HOUR;

/** A day in words, such as "3 March 2026". */
export const dayOf = (moment: Date): string => DAY.format(moment);

/** How long ago something was, as coarse as it is known: within the hour, hours, days, then the day itself. */
export function ago(moment: Date, now: Date): string {
  const passed = now.getTime() - moment.getTime();
  if (passed < HOUR) return 'within the last hour';
  if (passed < DAY_IN_MILLISECONDS) return AGO.format(-Math.floor(passed / HOUR), 'hour');
  const days = Math.floor(passed / DAY_IN_MILLISECONDS);
  return days <= 30 ? AGO.format(-days, 'day') : `on ${dayOf(moment)}`;
}

/** A time to wait, rounded up: seconds under a minute, then minutes, then hours. */
export function wait(seconds: number): string {
  if (seconds < 60) return counted(Math.max(1, Math.ceil(seconds)), 'second');
  if (seconds < 3600) return counted(Math.ceil(seconds / 60), 'minute');
  return counted(Math.ceil(seconds / 3600), 'hour');
}

const counted = (count: number, unit: string) => `${count} ${unit}${count === 1 ? '' : 's'}`;
