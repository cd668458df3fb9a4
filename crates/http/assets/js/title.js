// The page's title says how many rooms are unread, and never a name.

import { byId, isLocked } from "./page.js";

const list = byId("room-list");
const plain = document.title;

function write() {
  const count = list?.querySelectorAll(".room.unread").length ?? 0;
  const words = isLocked() ? "Locked – Doctor chat" : `${count ? `(${count}) ` : ""}${plain}`;
  if (document.title !== words) document.title = words;
}

write();
if (list) new MutationObserver(write).observe(list, { subtree: true, childList: true, attributeFilter: ["class"] });
addEventListener("locked", write);
addEventListener("unlocked", write);
