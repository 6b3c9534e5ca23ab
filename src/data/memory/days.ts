import type { ReportInterval, ReportRange } from '../source.ts';

/** Days since the first of 1970. No clock and no time zone makes one of them longer. */
export type Day = number;

export const DAY = 86_400_000;

export const dayOf = (text: string): Day => Date.parse(`${text}T00:00:00Z`) / DAY;
export const dayText = (day: Day): string => new Date(day * DAY).toISOString().slice(0, 10);

/** The first day of the period that a day is in, and of the period after one. */
interface Periods {
  firstOf(day: Day): Day;
  after(first: Day): Day;
}

const PERIODS: Readonly<Record<ReportInterval, Periods>> = {
  DAY: { firstOf: (day) => day, after: (first) => first + 1 },
  // The fourth day was a Monday.
  WEEK: { firstOf: (day) => Math.floor((day - 4) / 7) * 7 + 4, after: (first) => first + 7 },
  MONTH: { firstOf: (day) => firstOfMonth(day, 0), after: (first) => firstOfMonth(first, 1) },
};

function firstOfMonth(day: Day, monthsLater: number): Day {
  const moment = new Date(day * DAY);
  moment.setUTCDate(1);
  moment.setUTCMonth(moment.getUTCMonth() + monthsLater);
  return moment.getTime() / DAY;
}

/** Every period of a range, cut to it. */
export function periodsOf({ from, to, interval }: ReportRange): { from: string; to: string }[] {
  if (interval === null) return [{ from, to }];
  const { firstOf, after } = PERIODS[interval];
  const [start, end] = [dayOf(from), dayOf(to)];
  const periods = [];
  for (let first = firstOf(start); first <= end; first = after(first)) {
    periods.push({
      from: dayText(Math.max(first, start)),
      to: dayText(Math.min(after(first) - 1, end)),
    });
  }
  return periods;
}

/** The first day of the period of a range that a day is in. */
export function periodStart(day: Day, { from, interval }: ReportRange): Day {
  const start = dayOf(from);
  return interval === null ? start : Math.max(PERIODS[interval].firstOf(day), start);
}

/** Tells which day it is in a time zone. */
export function daysIn(timeZone: string): (moment: Date) => Day {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return (moment) => {
    const parts = new Map(format.formatToParts(moment).map(({ type, value }) => [type, value]));
    const year = parts.get('year')?.padStart(4, '0');
    return dayOf(`${year}-${parts.get('month')}-${parts.get('day')}`);
  };
}
