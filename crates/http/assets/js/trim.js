// Takes messages that are far out of view off the page, so that it does not grow with the room. They are loaded again when
// they are scrolled to.

import { byId } from "./page.js";
import { isUnplaced } from "./message-view.js";
import { arrange, placed, rememberNewLine } from "./timeline.js";
import { setShowsLatest } from "./scroll.js";

/** Messages that stay. Loading brings 50 at a time; more than MOST are cut back to KEPT. */
const KEPT = 200;
const MOST = 250;

const list = byId("messages");
const scroller = byId("scroller");

/** The message that had the focus when it went. */
let lostFocus = null;

/** So far beyond the edges of what is seen, counted in its own heights, nothing is taken away. */
const NEAR = 2;

function isNear(element) {
  const { top, bottom, height } = scroller.getBoundingClientRect();
  const box = element.getBoundingClientRect();
  return box.bottom > top - NEAR * height && box.top < bottom + NEAR * height;
}

/** Text that somebody is selecting stays. */
function isSelected(element) {
  const selection = getSelection();
  return !selection.isCollapsed && selection.containsNode(element, true);
}

/** The messages to take away, of those that stand farthest first. */
function surplus(fromEdge) {
  if (fromEdge.length <= MOST) return [];
  const most = fromEdge.slice(0, fromEdge.length - KEPT);
  const stop = most.findIndex((element) => isNear(element) || isSelected(element));
  return stop < 0 ? most : most.slice(0, stop);
}

function remove(elements) {
  for (const element of elements) {
    if (element.contains(document.activeElement)) {
      lostFocus = element.dataset.messageId;
      byId("log").focus({ preventScroll: true });
    }
    element.remove();
  }
}

/** Gives the focus back to the message that had it, once that is on the page again. */
export function restoreFocus() {
  if (document.activeElement !== byId("log")) lostFocus = null;
  const element = lostFocus && byId(`m-${lostFocus}`);
  if (!element) return;
  lostFocus = null;
  element.focus({ preventScroll: true });
}

/** Takes away the oldest; what came before the first that stays is loaded from `before` on. */
export function trimStart() {
  const gone = surplus(placed());
  if (!gone.length) return null;
  rememberNewLine(gone);
  remove(gone);
  const [first] = placed();
  while (first.previousElementSibling) first.previousElementSibling.remove();
  arrange(first);
  return first.dataset.messageId;
}

/** Takes away the newest: the list does not end where the room ends any more. */
export function trimEnd() {
  const gone = surplus(placed().reverse());
  if (!gone.length) return;
  rememberNewLine(gone);
  remove(gone);
  for (let item = list.lastElementChild; item !== placed().at(-1);) {
    const above = item.previousElementSibling;
    if (!item.matches(".message") || !isUnplaced(item)) item.remove();
    item = above;
  }
  setShowsLatest(false);
}
