// Instants as a reader in their own time zone says them. `now` and instants are milliseconds since 1970.
import type { Locale, Translate } from './translate';

const formats = new Map<string, Intl.DateTimeFormat>();

// Making a format costs a hundred times what using it does.
function format(locale: Locale, name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${name}`;
  let made = formats.get(key);
  if (!made) formats.set(key, (made = new Intl.DateTimeFormat(region(locale), options)));
  return made;
}

// The language as the reader's country writes dates in it, when the browser says which country that is.
function region(locale: Locale): string {
  const preferred = typeof navigator === 'undefined' ? [] : navigator.languages;
  return preferred.find((tag) => tag.startsWith(`${locale}-`)) ?? locale;
}

/** A number that is the same for all instants of one day of the reader's, and grows by the day. */
export function dayOf(at: number): number {
  const date = new Date(at);
  return (date.getFullYear() * 12 + date.getMonth()) * 31 + date.getDate() - 1;
}

/** `09:05`, or `9:05 AM` where that is the custom. */
export function timeOfDay(locale: Locale, at: number): string {
  return format(locale, 'time', { hour: 'numeric', minute: '2-digit' }).format(at);
}

/** Everything, for a title or a screen reader: `Monday, 2 January 2026 at 09:05:12`. */
export function exactTime(locale: Locale, at: number): string {
  return format(locale, 'exact', { dateStyle: 'full', timeStyle: 'medium' }).format(at);
}

/** The heading above a day's messages: today, yesterday, a weekday of the last week, else the date. */
export function dayName(locale: Locale, t: Translate, at: number, now: number): string {
  const past = daysBetween(at, now);
  if (past === 0) return t('time.today');
  if (past === 1) return t('time.yesterday');
  if (past > 1 && past < 7) return format(locale, 'weekday', { weekday: 'long' }).format(at);
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return sameYear
    ? format(locale, 'date', { weekday: 'short', day: 'numeric', month: 'long' }).format(at)
    : format(locale, 'dateYear', { day: 'numeric', month: 'long', year: 'numeric' }).format(at);
}

/** When, in the room a list has: the time today, `Yesterday`, a weekday, else a short date. */
export function shortTime(locale: Locale, t: Translate, at: number, now: number): string {
  const past = daysBetween(at, now);
  if (past === 0) return timeOfDay(locale, at);
  if (past === 1) return t('time.yesterday');
  if (past > 1 && past < 7) return format(locale, 'shortWeekday', { weekday: 'short' }).format(at);
  return format(locale, 'shortDate', { day: 'numeric', month: 'short', year: '2-digit' }).format(at);
}

/** How long ago: `just now`, `5 minutes ago`, `3 hours ago`, `2 days ago`. */
export function ago(locale: Locale, t: Translate, at: number, now: number): string {
  const minutes = Math.floor((now - at) / 60_000);
  if (minutes < 1) return t('time.now');
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  if (minutes < 60) return relative.format(-minutes, 'minute');
  if (minutes < 24 * 60) return relative.format(-Math.floor(minutes / 60), 'hour');
  return relative.format(-Math.max(1, daysBetween(at, now)), 'day');
}

// Whole days of the calendar, not of 24 hours: a day of the change of clocks has 23 or 25.
function daysBetween(at: number, now: number): number {
  const midnight = (time: number) => {
    const date = new Date(time);
    return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  };
  return Math.round((midnight(now) - midnight(at)) / 86_400_000);
}
