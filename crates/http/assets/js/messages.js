// The open conversation: every message once, as the server has it.

import { conversation, me, reload as reloadPage, roomId } from "./page.js";
import { refetch, room } from "./api.js";
import { on } from "./live.js";
import { atEnd, countWaiting, keepPlace, showsLatest } from "./scroll.js";
import { elementOf, fill, find, isUnplaced, render, setProgress } from "./message-view.js";
import { append, drop, insertPage, markNew, placed } from "./timeline.js";
import { refresh as refreshReceipts } from "./receipts.js";
import { learn } from "./quotes.js";

const PAGE = 100;
/** Further behind than this, the page is loaded anew. */
const PAGES = 10;

/** A message that the stream brings: they come in the server's order. */
function posted(message) {
  const shown = elementOf(message);
  const fromOther = !shown && message.author.id !== me;
  const elsewhere = !showsLatest() && (!shown || isUnplaced(shown));
  // Its place is behind messages that are not on the page.
  if (elsewhere && shown) drop(shown);
  if (elsewhere || (fromOther && !atEnd())) countWaiting();
  if (!elsewhere) {
    keepPlace(() => {
      const element = render(message);
      if (!shown || isUnplaced(shown)) append(element);
      if (fromOther) markNew(element);
      refreshReceipts();
    });
  }
}

/** A message that was edited or recalled. */
export function changed(message) {
  const element = find("message-id", message.id);
  if (!element) {
    learn([message]);
    return;
  }
  keepPlace(() => fill(element, message));
  refreshReceipts();
}

/** The server has an own message. Its place follows with the stream; until then it stays at the end. */
export function confirmed(message) {
  const element = elementOf(message);
  if (!element) return;
  keepPlace(() => {
    fill(element, message);
    if (isUnplaced(element)) setProgress(element, "unplaced");
    refreshReceipts();
  });
}

/**
 * Loads afresh everything from the oldest message shown: what was sent in between, and edits and
 * recalls of what is on the page.
 */
async function reload() {
  if (!showsLatest()) return reloadPart();
  const oldest = placed()[0]?.dataset.messageId;
  let loaded = [];
  let before = null;
  for (let pages = 1; ; pages += 1) {
    const from = before ? `&before=${encodeURIComponent(before)}` : "";
    const page = await refetch(room(roomId, `/messages?limit=${PAGE}${from}`));
    learn(page.quoted);
    loaded = [...page.messages, ...loaded];
    before = page.before;
    if (!before || loaded.some((message) => message.id === oldest)) break;
    if (!oldest || pages === PAGES) return reloadPage();
  }
  const start = loaded.findIndex((message) => message.id === oldest);
  return showPage(loaded.slice(Math.max(start, 0)));
}

/** The same for a part that is not the end: what is shown, and nothing behind it. */
async function reloadPart() {
  const shown = placed();
  const newest = shown.at(-1)?.dataset.messageId;
  let after = shown[0]?.dataset.messageId;
  for (let pages = 0; after && pages < PAGES; pages += 1) {
    const page = await refetch(room(roomId, `/messages?limit=${PAGE}&after=${encodeURIComponent(after)}`));
    learn(page.quoted);
    const end = page.messages.findIndex((message) => message.id === newest);
    showPage(end < 0 ? page.messages : page.messages.slice(0, end + 1));
    after = end < 0 && page.messages.length ? page.after : null;
  }
}

/** Shows a page that was loaded because something may have been missed. */
function showPage(page) {
  const end = atEnd();
  const arrived = page.filter((message) => !elementOf(message) && message.author.id !== me);
  keepPlace(() => {
    insertPage(page);
    if (arrived.length) markNew(elementOf(arrived[0]));
    refreshReceipts();
  });
  if (!end) countWaiting(arrived.length);
}

if (conversation) {
  const here = (handler) => (message) => message.room_id === roomId && handler(message);
  on("message.posted", here(posted));
  on("message.edited", here(changed));
  on("message.recalled", here(changed));
  on("resync", () => reload().catch(() => {}));
}
