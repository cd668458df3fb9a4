// The page's title says how many rooms are unread, and never a name.

import { byId, isLocked } from "./page.js";

const list = byId("room-list");
/** The page of all rooms counts them all, also those further down. */
const all = list ? null : byId("inbox-unread");
const plain = document.title;

function unread() {
  if (list) return list.querySelectorAll(".room.unread").length;
  return all && !all.hidden ? Number(byId("inbox-unread-count").textContent) : 0;
}

function write() {
  const count = unread();
  const words = isLocked() ? "Locked – Doctor chat" : `${count ? `(${count}) ` : ""}${plain}`;
  if (document.title !== words) document.title = words;
}

write();
const watched = list ?? all;
if (watched) new MutationObserver(write).observe(watched, { subtree: true, childList: true, attributeFilter: ["class", "hidden"] });
addEventListener("locked", write);
