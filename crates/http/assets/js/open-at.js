// Place at which a conversation opens: at the message that was linked, else at the first unread, else at its end.
// The doctor who opens it can write at once.

import { give } from "./chosen.js";
import { session } from "./kept.js";
import { byId, conversation, mount, roomId } from "./page.js";
import { atEnd, countWaiting } from "./scroll.js";
import { OWN } from "./sealed.js";
import { messages } from "./timeline.js";

const scroller = byId("scroller");

function atMarked(message) {
  message.scrollIntoView({ block: "center" });
  give(message);
}

/** Tells whether writing needs no keyboard on the screen, which would cover the messages. */
const hasKeyboard = () => !matchMedia("(max-width: 47.49rem), (pointer: coarse)").matches;

/** Writing begins without a click, unless something else has the focus or the address asks for it. */
function readyToWrite() {
  const text = byId("composer-text");
  const isFree = document.activeElement === document.body && !/^#(m-|panel)/.test(location.hash) && !document.querySelector("dialog[open]");
  if (!text || !isFree || !hasKeyboard()) return;
  text.focus({ preventScroll: true });
  text.setSelectionRange(text.value.length, text.value.length);
}

function atFirstUnread(line) {
  if (line.getBoundingClientRect().top >= scroller.getBoundingClientRect().top) return;
  line.scrollIntoView({ block: "start" });
  const edge = scroller.getBoundingClientRect().bottom;
  const below = Array.from(line.parentElement.querySelectorAll(".message:not(.mine)"))
    .filter((message) => message.getBoundingClientRect().bottom > edge);
  countWaiting(below.length);
}

/** The message at the top when the page was locked is there again after it. */
const PLACE = `${OWN}place ${mount} ${roomId}`;

function keepAtLock() {
  const edge = scroller.getBoundingClientRect().top;
  const top = atEnd() ? null : messages().find((message) => message.getBoundingClientRect().bottom > edge);
  session.put(PLACE, top?.id ?? null);
}

if (conversation) {
  addEventListener("locked", keepAtLock);
  const marked = document.querySelector(".message.marked");
  const line = byId("new");
  const kept = byId(session.get(PLACE) ?? "");
  session.put(PLACE, null);
  if (kept) kept.scrollIntoView({ block: "start" });
  else if (marked) atMarked(marked);
  else if (line && !location.hash.startsWith("#m-")) atFirstUnread(line);
  if (!marked) readyToWrite();
}

// A quote leads to what it quotes; what is not on the page the address finds.
byId("messages")?.addEventListener("click", (event) => {
  const quote = event.target.closest("a.quote");
  if (!quote) return;
  const id = new URL(quote.href).hash.slice("#m-".length);
  const original = byId(`m-${id}`);
  if (!original) {
    quote.href = `?message=${encodeURIComponent(id)}#m-${id}`;
    return;
  }
  event.preventDefault();
  document.querySelector(".message.marked")?.classList.remove("marked");
  original.classList.add("marked");
  atMarked(original);
});
