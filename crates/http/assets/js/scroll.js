// Place of the list in the room: the part it shows, and that it keeps its place, unless its end is in view.

import { byId, conversation, show } from "./page.js";

const NEAR_END_PX = 48;

const scroller = byId("scroller");
const jump = byId("jump");
let waiting = 0;
/** The list ends where the room ends. */
let latest = conversation?.dataset.olderPage !== "true";

/** Nothing newer than what the list shows is in the room. */
export const showsLatest = () => latest;

export function setShowsLatest(isLatest) {
  latest = isLatest;
  show(byId("older-note"), !isLatest);
  show(byId("newer").parentElement, !isLatest);
}

// The scroller is reversed: 0 is the end, and everything above it is negative.
/** The newest message of the room is in view. */
export const atEnd = () => !scroller || (showsLatest() && scroller.scrollTop > -NEAR_END_PX);

/** Runs `change` without moving what is being read. */
export function keepPlace(change) {
  if (atEnd()) {
    change();
    return;
  }
  const edge = scroller.getBoundingClientRect().top;
  // Lines between messages are drawn anew with their neighbours; messages stay.
  const anchor = Array.from(byId("messages").querySelectorAll(".message")).find((item) => item.getBoundingClientRect().bottom > edge);
  const before = anchor?.getBoundingClientRect().top;
  change();
  if (anchor?.isConnected) scroller.scrollTop += anchor.getBoundingClientRect().top - before;
}

/** Counts messages that are out of sight and new. */
export function countWaiting(count = 1) {
  if (count === 0) return;
  waiting += count;
  byId("jump-words").textContent = `Jump to latest (${waiting})`;
  show(jump, true);
}

export function noneWaiting() {
  waiting = 0;
  byId("jump-words").textContent = "Jump to latest";
}

export function toEnd() {
  scroller.scrollTop = 0;
}

if (scroller) {
  scroller.addEventListener("scroll", () => {
    if (atEnd()) noneWaiting();
    show(jump, !atEnd());
  }, { passive: true });
  jump.addEventListener("click", () => showsLatest() && toEnd());
}
