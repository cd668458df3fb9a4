// "Today" and a time without a date hold until the hospital's midnight: then the words on the page are written anew.

import { byId } from "./page.js";
import { refresh } from "./receipts.js";
import { dayWords, label, stamp } from "./time.js";

/** Times with the day they need; those of messages stand under theirs. */
const LABELLED = "time[datetime]:not(.clock, .number, .day > time, #urgent-list time)";

export function writeAnew() {
  for (const line of document.querySelectorAll(".day[data-day]")) line.querySelector("time").textContent = dayWords(line.dataset.day);
  for (const time of document.querySelectorAll(LABELLED)) if (time.dateTime) stamp(time, time.dateTime, label);
  if (byId("messages")) refresh();
}
