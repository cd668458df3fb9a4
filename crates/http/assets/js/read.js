// Marks read what was on screen, on a page that was looked at.

import { attended, byId, roomId } from "./page.js";
import { call, room } from "./api.js";
import { on } from "./live.js";

const SETTLE_MS = 400;
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 60_000;
/** Time after the doctor's last move from which messages come into view by themselves. */
const RECENT_MS = 5_000;
const list = byId("messages");
const onScreen = new Set();
/** The last message that was marked read: its element, and when it was sent. */
let marked = null;
let markedAt = "";
let timer;
let wait = FIRST_WAIT_MS;
/** The server asked not to be called before this moment. */
let notBefore = 0;
/** Reading is paused: a message marked unread stays so while this page is open. */
let paused = false;
/** When the doctor last did something here; opening the page is such a thing. */
let actedAt = performance.now();

const follows = (a, b) => !b?.isConnected || Boolean(b.compareDocumentPosition(a) & Node.DOCUMENT_POSITION_FOLLOWING);
/** Tells whether a message is newer than the marked one. That may have left the page; then only its time tells. */
const isNewer = (element) => (marked?.isConnected ? element !== marked && follows(element, marked) : element.dataset.sentAt >= markedAt);

async function mark() {
  if (paused || !attended()) return;
  let last = null;
  for (const element of onScreen) {
    if (!element.isConnected) onScreen.delete(element);
    else if (element.dataset.messageId && follows(element, last)) last = element;
  }
  if (!last || !isNewer(last)) return;
  const before = [marked, markedAt];
  [marked, markedAt] = [last, last.dataset.sentAt];
  try {
    const background = performance.now() - actedAt > RECENT_MS;
    await call("POST", room(roomId, "/read"), { message_id: last.dataset.messageId }, { background });
    wait = FIRST_WAIT_MS;
  } catch (error) {
    [marked, markedAt] = before;
    if (error.isTemporary) again(error.retryAfterMs);
  }
}

/** Marks nothing any more; gives what goes on with it. */
export function pauseReading() {
  paused = true;
  return () => { paused = false; };
}

function markIn(ms) {
  clearTimeout(timer);
  timer = setTimeout(mark, Math.max(ms, notBefore - performance.now()));
}

const soon = () => markIn(SETTLE_MS);

/** Marks later a message that could not be told, should it still be on screen then. */
function again(retryAfterMs) {
  notBefore = performance.now() + retryAfterMs;
  markIn(retryAfterMs + wait * (0.75 + Math.random() / 2));
  wait = Math.min(wait * 2, LONGEST_WAIT_MS);
}

if (list) {
  const observer = new IntersectionObserver((changes) => {
    for (const { target, isIntersecting, intersectionRect, boundingClientRect } of changes) {
      // The end of a message is what shows that it was read; a tall one never fits whole.
      const endSeen = isIntersecting && intersectionRect.bottom >= boundingClientRect.bottom - 4;
      if (endSeen) onScreen.add(target);
      else onScreen.delete(target);
    }
    soon();
  }, { root: byId("scroller"), threshold: [0, 0.25, 0.5, 0.75, 1] });
  const watch = (item) => {
    if (item.matches?.(".message:not(.mine)")) observer.observe(item);
  };
  Array.from(list.children).forEach(watch);
  const unwatch = (item) => {
    if (item.isConnected || item.nodeType !== Node.ELEMENT_NODE) return;
    observer.unobserve(item);
    onScreen.delete(item);
  };
  new MutationObserver((changes) => changes.forEach(({ addedNodes, removedNodes }) => {
    addedNodes.forEach(watch);
    removedNodes.forEach(unwatch);
  })).observe(list, { childList: true });
  const acted = () => { actedAt = performance.now(); };
  for (const type of ["focus", "wheel", "touchmove", "pointerdown", "keydown"]) addEventListener(type, acted, { passive: true });
  addEventListener("focus", soon);
  document.addEventListener("visibilitychange", soon);
  addEventListener("online", soon);
  on("connection", ({ up }) => up && soon());
}
