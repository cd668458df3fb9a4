// The list keeps its place, unless its end is in view.

import { byId, show } from "./page.js";

const NEAR_END_PX = 48;

const scroller = byId("scroller");
const jump = byId("jump");
let waiting = 0;

// The scroller is reversed: 0 is the end, and everything above it is negative.
export const atEnd = () => !scroller || scroller.scrollTop > -NEAR_END_PX;

/** Runs `change` without moving what is being read. */
export function keepPlace(change) {
  if (atEnd()) {
    change();
    return;
  }
  const edge = scroller.getBoundingClientRect().top;
  const anchor = Array.from(byId("messages").children).find((item) => item.getBoundingClientRect().bottom > edge);
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

export function toEnd() {
  scroller.scrollTop = 0;
}

if (scroller) {
  scroller.addEventListener("scroll", () => {
    if (atEnd()) {
      waiting = 0;
      byId("jump-words").textContent = "Jump to latest";
    }
    show(jump, !atEnd());
  }, { passive: true });
  jump.addEventListener("click", () => {
    const latest = byId("older-note-link");
    if (latest) location.assign(latest.href);
    else toEnd();
  });
}
