// The list of messages: what stands where. The server's order counts, never the time.

import { attended, byId, copy, show } from "./page.js";
import { day, dayWords } from "./time.js";
import { elementOf, find, isUnplaced, render, setProgress } from "./message-view.js";

const GROUP_GAP_MS = 5 * 60_000;

const list = byId("messages");
const isMessage = (item) => item.classList.contains("message");
let newLineSeen = true;
/** The message that the "new" line stood above, when both left the page. */
let newAbove = null;

export const messages = () => Array.from(list.children).filter(isMessage);
/** Messages whose place is known, in the server's order. */
export const placed = () => messages().filter((element) => !isUnplaced(element));

function neighbour(element, direction) {
  let item = element[direction];
  while (item && !isMessage(item)) item = item[direction];
  return item;
}

const previousOf = (element) => neighbour(element, "previousElementSibling");
const nextOf = (element) => neighbour(element, "nextElementSibling");

function divider(at) {
  const line = copy("day-template");
  const time = line.querySelector("time");
  line.dataset.day = time.dateTime = day(at);
  time.textContent = dayWords(line.dataset.day);
  return line;
}

/** Sets the day divider and the author line of one message by what stands before it. */
export function arrange(element) {
  const previous = previousOf(element);
  const at = element.dataset.sentAt;
  const newDay = !previous || day(previous.dataset.sentAt) !== day(at);
  let top = element;
  let wanted = newDay;
  for (let line = element.previousElementSibling; line && line !== previous;) {
    const above = line.previousElementSibling;
    if (line.classList.contains("new") || (line.dataset.at && day(line.dataset.at) === day(at))) top = line;
    if (line.classList.contains("day")) {
      if (wanted && line.dataset.day === day(at)) wanted = false;
      else line.remove();
    }
    line = above;
  }
  if (wanted) top.before(divider(at));
  element.classList.toggle("continued", Boolean(
    !newDay && element.previousElementSibling === previous
    && previous.dataset.authorId === element.dataset.authorId
    && !element.classList.contains("urgent") && !previous.classList.contains("urgent")
    && Math.abs(new Date(at) - new Date(previous.dataset.sentAt)) <= GROUP_GAP_MS,
  ));
}

function arrangeAround(element, move) {
  const behind = element.isConnected ? nextOf(element) : null;
  move();
  for (const changed of [element, nextOf(element), behind]) if (changed) arrange(changed);
  show(byId("first"), false);
}

/** Puts an own message that is being sent at the end. */
export function appendUnplaced(element) {
  arrangeAround(element, () => list.append(element));
}

/** Puts a message behind all those that have their place: call it in the order in which they arrive. */
export function append(element) {
  const behind = messages().find((item) => item !== element && isUnplaced(item)) ?? null;
  setProgress(element, "");
  arrangeAround(element, () => {
    // Moving an element takes the focus from it.
    if (element.isConnected && nextOf(element) === behind) return;
    if (behind) behind.before(element);
    else list.append(element);
  });
}

/** The first of the lines that belong above a message. */
function topOf(element) {
  let top = element;
  while (top.previousElementSibling?.matches(".day, .new")) top = top.previousElementSibling;
  return top;
}

/**
 * Puts the messages of a page, given in the server's order, behind each other: around those that are
 * shown already, else before everything. What is shown and not in the page keeps its neighbours.
 */
export function insertPage(page) {
  const shown = page.map(elementOf);
  const known = shown.find((element) => element && !isUnplaced(element));
  const first = known ?? messages().find((element) => !shown.includes(element));
  let changed = false;
  let last = null;
  for (const message of page) {
    const element = render(message);
    const follows = !last || last.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING;
    if (!element.isConnected || isUnplaced(element) || !follows) {
      if (last) last.after(element);
      else if (first) topOf(first).before(element);
      else list.append(element);
      setProgress(element, "");
      changed = true;
    }
    last = element;
  }
  if (changed) messages().forEach(arrange);
  if (last) show(byId("first"), false);
}

/** Puts the messages of a page behind all that have their place. */
export function appendPage(page) {
  for (const message of page) append(render(message));
}

/** Takes away all but one's own messages that are still to be sent. */
export function clearPlaced() {
  for (const item of Array.from(list.children)) if (!isMessage(item) || !isUnplaced(item)) item.remove();
  newAbove = null;
}

/** Takes away a message that is not going to be sent. */
export function drop(element) {
  const behind = nextOf(element);
  const top = topOf(element);
  element.remove();
  if (behind) arrange(behind);
  else if (top.matches(".day")) top.remove();
  show(byId("first"), messages().length === 0);
}

/** The "new" line stands above the first message that came while nobody looked. */
export function markNew(element) {
  if (attended() || !newLineSeen) return;
  newLineSeen = false;
  putNewLine(element);
}

/** The one "new" line of the list, above this message. */
export function putNewLine(element) {
  newAbove = null;
  byId("new")?.remove();
  element.before(copy("new-template"));
  arrange(element);
}

/** Notes where the "new" line stands, if these messages take it with them. */
export function rememberNewLine(gone) {
  const line = byId("new");
  const below = line && nextOf(line);
  if (gone.includes(below)) {
    newAbove = below.dataset.messageId;
    line.remove();
  }
}

/** Puts the "new" line back, once its message is on the page again. */
export function restoreNewLine() {
  const element = newAbove && find("message-id", newAbove);
  if (element) putNewLine(element);
}

if (list) addEventListener("focus", () => { newLineSeen = true; });
