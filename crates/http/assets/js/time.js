// Times in the hospital's time zone, worded as the server words them.

import { zone } from "./page.js";

const format = (options) => new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options });
const clockFormat = format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const dayFormat = format({ year: "numeric", month: "2-digit", day: "2-digit" });
const shortFormat = format({ day: "numeric", month: "short" });
const LONG = { weekday: "long", day: "numeric", month: "long", year: "numeric" };
const longFormat = format(LONG);
/** For a day that is one already, whatever the zone. */
const dateFormat = format({ ...LONG, timeZone: "UTC" });

const parts = (formatter, at) =>
  Object.fromEntries(formatter.formatToParts(new Date(at)).map((part) => [part.type, part.value]));

/** Time of day, such as "13:12". */
export const clock = (at) => clockFormat.format(new Date(at));

/** "2026-11-22", the hospital's day. */
export function day(at) {
  const { year, month, day: date } = parts(dayFormat, at);
  return `${year}-${month}-${date}`;
}

/** "13:12" today, "20 Nov 13:12" this year, "20 Nov 2025 13:12" before. */
export function label(at) {
  const now = day(Date.now());
  if (day(at) === now) return clock(at);
  const { day: date, month } = parts(shortFormat, at);
  const year = day(at).slice(0, 4);
  return `${date} ${month.slice(0, 3)} ${year === now.slice(0, 4) ? "" : `${year} `}${clock(at)}`;
}

/** "Friday 20 November 2026" */
function dateWords(formatter, at) {
  const { weekday, day: number, month, year } = parts(formatter, at);
  return `${weekday} ${number} ${month} ${year}`;
}

/** "Friday 20 November 2026, 13:12" */
export const full = (at) => `${dateWords(longFormat, at)}, ${clock(at)}`;

/** "Today", "Yesterday", or the date in full of a day as {@link day} gives it. */
export function dayWords(of) {
  const today = day(Date.now());
  if (of === today) return "Today";
  const yesterday = new Date(`${today}T12:00:00Z`);
  yesterday.setUTCDate(yesterday.getUTCDate() - 1);
  return of === yesterday.toISOString().slice(0, 10) ? "Yesterday" : dateWords(dateFormat, `${of}T12:00:00Z`);
}

/** "just now", "3 min ago", "2 h 5 min ago"; after a day the time itself. */
export function age(at) {
  const minutes = Math.floor((Date.now() - new Date(at)) / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  return minutes < 24 * 60 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min ago` : label(at);
}

/** Fills a <time>; `words` is one of the functions above. One that is an estimate is "about 13:12". */
export function stamp(element, at, words, isEstimate = false) {
  const about = isEstimate ? "about " : "";
  element.dateTime = new Date(at).toISOString();
  element.title = about + full(at);
  element.textContent = about + words(at);
}
