// Where a conversation opens: at the message that was linked, else at the first unread, else at its end.

import { byId, conversation } from "./page.js";
import { countWaiting } from "./scroll.js";

const scroller = byId("scroller");

function atMarked(message) {
  message.scrollIntoView({ block: "center" });
  message.focus({ preventScroll: true });
}

function atFirstUnread(line) {
  if (line.getBoundingClientRect().top >= scroller.getBoundingClientRect().top) return;
  line.scrollIntoView({ block: "start" });
  const edge = scroller.getBoundingClientRect().bottom;
  const below = Array.from(line.parentElement.querySelectorAll(".message:not(.mine)"))
    .filter((message) => message.getBoundingClientRect().bottom > edge);
  countWaiting(below.length);
}

if (conversation) {
  const marked = document.querySelector(".message.marked");
  const line = byId("new");
  if (marked) atMarked(marked);
  else if (line && !location.hash.startsWith("#m-")) atFirstUnread(line);
}

// A quote leads to what it quotes; what is not on the page the address finds.
byId("messages")?.addEventListener("click", (event) => {
  const quote = event.target.closest("a.quote");
  const original = quote && byId(new URL(quote.href).hash.slice(1));
  if (!original) return;
  event.preventDefault();
  document.querySelector(".message.marked")?.classList.remove("marked");
  original.classList.add("marked");
  atMarked(original);
});
